-- KEYS: members of groups, each a key. ARGV: time of the claim in ms, pattern of the names of a node's members, how
-- many to look at in each group, then a cursor for each group.
-- Removes those of a page that were written before. Returns for each group the cursor of the next page, and the removed
-- ones; for a key that is no sorted set an empty cursor and what is wrong.
local results = {}
for g = 1, #KEYS do
  local page = redis.pcall('ZSCAN', KEYS[g], ARGV[3 + g], 'MATCH', ARGV[2], 'COUNT', ARGV[3])
  if page.err then
    results[g] = {'', {page.err}}
  else
    local removed = {}
    for i = 1, #page[2], 2 do
      if tonumber(page[2][i + 1]) < tonumber(ARGV[1]) then
        removed[#removed + 1] = page[2][i]
      end
    end
    if #removed > 0 then
      redis.call('ZREM', KEYS[g], unpack(removed))
    end
    results[g] = {page[1], removed}
  end
end
return results
