-- KEYS: members of a group. ARGV: time of the claim in ms, pattern of the names of a node's members, cursor, how many
-- to look at.
-- Removes those of a page that were written before. Returns the cursor of the next page, and the removed ones.
local page = redis.call('ZSCAN', KEYS[1], ARGV[3], 'MATCH', ARGV[2], 'COUNT', ARGV[4])
local removed = {}
for i = 1, #page[2], 2 do
  if tonumber(page[2][i + 1]) < tonumber(ARGV[1]) then
    removed[#removed + 1] = page[2][i]
  end
end
if #removed > 0 then
  redis.call('ZREM', KEYS[1], unpack(removed))
end
return {page[1], removed}
