-- What pandoc does not know of the course's Markdown: equations with numbers,
-- texts for figures, cells, links between notebooks.
--
-- A writer of HTML, typst, EPUB or DOCX calls it; metadata: links, chapters (see Link).

local typst = FORMAT == 'typst'
local html = FORMAT:match('html') or FORMAT:match('epub') or FORMAT == 'revealjs'
local docx = FORMAT == 'docx'
local book = docx or FORMAT:match('epub')  -- no style writes numbers there

local function quoted(text)
  return '"' .. text:gsub('\\', '\\\\'):gsub('"', '\\"'):gsub('\n', '\\n') .. '"'
end

-- Names that typst 0.15 has given other names than pandoc 3.9 writes.
local RENAMED = {
  ['dot%.circle'] = 'dot.o', ['plus%.circle'] = 'plus.o', ['times%.circle'] = 'times.o',
}

local function typst_equation(math)
  local code = pandoc.write(pandoc.Pandoc({pandoc.Plain{math}}), 'typst')
  code = code:gsub('%s+$', ''):gsub('^%$%s?', ''):gsub('%s?%$$', '')
  for old, new in pairs(RENAMED) do code = code:gsub(old, new) end
  code = code:gsub('&%s+&', '& & quad')  -- && sets its comment apart
  local text = math.text:gsub('%s+', ' ')
  return '#math.equation(block: ' .. tostring(math.mathtype == 'DisplayMath')
    .. ', alt: ' .. quoted(text) .. ', $' .. code .. '$)'
end

local LONG = 60  -- letters of TeX that may be wider than a telephone

-- \tag{1.5} is no mathematics: take it out, and number the equation by other means.
local function numbered(math)
  local number = math.text:match('\\tag{([^}]*)}')
  local text = math.text:gsub('%s*\\tag{[^}]*}', '')
  return pandoc.Math(math.mathtype, text), number
end

local function equation_block(math)
  local bare, number = numbered(math)
  local attributes = number and {{'number', number}} or {}  -- a list keeps its order
  local id = number and 'equation-' .. number:gsub('%.', '-') or ''
  if typst then
    local label = number and '(' .. number .. ')' or ''
    local mark = number and ' <' .. id .. '>' or ''
    return pandoc.RawBlock('typst', '#numbered-equation([' .. typst_equation(bare)
      .. '], [' .. label .. '])' .. mark)
  end
  local content = {bare}
  if book and number then
    content = {bare, pandoc.Str('\u{2003}(' .. number .. ')')}
  end
  local classes = {'equation'}
  if html and #math.text > LONG then  -- scrolls on a narrow screen, so by the keyboard
    classes[2] = 'long'
    local label = number and 'Equation ' .. number or 'Equation'
    for _, pair in ipairs{{'tabindex', '0'}, {'role', 'group'}, {'aria-label', label}} do
      attributes[#attributes + 1] = pair
    end
  end
  return pandoc.Div({pandoc.Para(content)}, pandoc.Attr(id, classes, attributes))
end

-- A paragraph that holds a displayed equation becomes its parts.
function Para(para)
  local blocks, inlines = {}, {}
  local function flush()
    while #inlines > 0 and inlines[1].t == 'SoftBreak' do table.remove(inlines, 1) end
    while #inlines > 0 and inlines[#inlines].t == 'SoftBreak' do table.remove(inlines) end
    if #inlines > 0 then blocks[#blocks + 1] = pandoc.Para(inlines) end
    inlines = {}
  end
  for _, inline in ipairs(para.content) do
    if inline.t == 'Math' and inline.mathtype == 'DisplayMath' then
      flush()
      blocks[#blocks + 1] = equation_block(inline)
    else
      inlines[#inlines + 1] = inline
    end
  end
  flush()
  return blocks
end

-- So does an item of a list, if it holds one.
function Plain(plain)
  for _, inline in ipairs(plain.content) do
    if inline.t == 'Math' and inline.mathtype == 'DisplayMath' then return Para(plain) end
  end
end

local function typst_math(math)
  if math.mathtype == 'InlineMath' then
    return pandoc.RawInline('typst', typst_equation(math))
  end
end

local function typst_image(image)
  local width = image.attributes.width and image.attributes.width:match('^(%d+)px$')
  local size = width and ', width: ' .. math.floor(tonumber(width) * 0.75) .. 'pt' or ''
  return pandoc.RawInline('typst', '#course-image(' .. quoted(image.src) .. size
    .. ', alt: ' .. quoted(image.attributes.alt or '') .. ')')
end

local function described_image(image)
  image.caption = {pandoc.Str(image.attributes.alt or '')}
  return image
end

local function cell_kind(classes)
  for _, kind in ipairs({'solution', 'error', 'output', 'python'}) do
    if classes:includes(kind) then return kind end
  end
end

function CodeBlock(block)
  local kind = cell_kind(block.classes)
  if not kind then return end
  local is_check = block.classes:includes('check')
  if typst then
    local language = (kind == 'output' or kind == 'error') and 'text' or 'python'
    local shows = block.classes:includes('shows') and 'shows: true, ' or ''
    return pandoc.RawBlock('typst', '#cell(' .. quoted(kind) .. ', ' .. shows
      .. 'raw(block: true, lang: ' .. quoted(language) .. ', ' .. quoted(block.text) .. '))')
  end
  if kind == 'error' then block.classes = {'output', 'error'} end
  if kind == 'solution' and html then
    return pandoc.Div(
      {pandoc.Para{pandoc.Strong('Solution')}, block}, pandoc.Attr('', {'solution'}))
  end
  if is_check and html then  -- it may say how to solve the task
    return {pandoc.RawBlock('html', '<details class="check"><summary>The check</summary>'),
      block, pandoc.RawBlock('html', '</details>')}
  end
  return block
end

-- HTML outputs are tables and marked text: blocks for those who know no HTML.
function RawBlock(raw)
  if raw.format ~= 'html' then return end
  if not html then
    local blocks = pandoc.read(raw.text, 'html').blocks
    if raw.text:match('^<details>') then  -- on paper all is unfolded
      return pandoc.Para{pandoc.Strong(pandoc.utils.blocks_to_inlines(blocks))}
    end
    return pandoc.Div(blocks, pandoc.Attr('', {'html'})):walk(typst and {
      Span = function(span)
        if not span.classes:includes('mark') then return end
        local colour = (span.attributes.style or ''):match('background:(#%x+)')
        return {pandoc.RawInline('typst', '#highlight(fill: rgb(' .. quoted(colour or '#ddd')
          .. '))['), pandoc.Span(span.content), pandoc.RawInline('typst', ']')}
      end } or {}).content
  end
  if raw.text:match('<table') then
    raw.text = '<div class="table" tabindex="0" role="group" aria-label="Table">'
      .. raw.text .. '</div>'
    return raw
  end
end

function Table(table)
  if html then
    local attributes = {{'tabindex', '0'}, {'role', 'group'}, {'aria-label', 'Table'}}
    return pandoc.Div({table}, pandoc.Attr('', {'table'}, attributes))
  end
end

-- A link to another notebook leads to its page, or to its chapter in a book; and
-- nowhere if that notebook is not among the chapters.
local links, chapters = '', ''
function Link(link)
  local name, anchor = link.target:match('^(%d%d_%w+)%.ipynb(#?.*)$')
  if name == nil then return end
  if not chapters:find(' ' .. name .. ' ', 1, true) then return link.content end
  link.target = links == 'book' and '#' .. name or name .. links .. anchor
  if typst then  -- where "2. The data" would begin a list
    link.content:insert(1, pandoc.RawInline('typst', '#""'))
  end
  return link
end

function Meta(meta)
  links = pandoc.utils.stringify(meta.links or '')
  chapters = ' ' .. pandoc.utils.stringify(meta.chapters or '') .. ' '
end

return {
  {Meta = Meta},
  {RawBlock = RawBlock},
  {Para = Para, Plain = Plain, CodeBlock = CodeBlock, Link = Link},
  typst and {Math = typst_math, Image = typst_image}
    or docx and {Image = described_image}
    or {Table = Table},
}
