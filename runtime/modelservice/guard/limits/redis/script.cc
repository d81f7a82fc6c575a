#include "modelservice/guard/limits/redis/script.h"

#include <optional>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "modelservice/guard/limits/limit_key.h"

namespace modelservice {
namespace {

constexpr size_t kNumbersOfAnswer = 9;
constexpr size_t kNumbersOfDecision = 2;

// An integer, or a double as text; nullopt for what is neither.
std::optional<double> NumberOf(const redisReply& element) {
  if (element.type == REDIS_REPLY_INTEGER) {
    return static_cast<double>(element.integer);
  }
  double number = 0;
  if (element.type != REDIS_REPLY_STRING ||
      !absl::SimpleAtod(absl::string_view(element.str, element.len), &number)) {
    return std::nullopt;
  }
  return number;
}

}  // namespace

// Numbers are doubles: exact to 2^53, which microseconds since 1970 reach in
// the year 2255. What Redis stores is written with all their digits.
//
// KEYS: one for each limit, the outermost first.
// ARGV: the time in microseconds, or "" for Redis's own; then for each key
//   algorithm, max_calls, period (microseconds), burst, cost, shadow, wanted,
//   returned, returned_at.
// Answers: who refused, from 0, or -1; the time; then for each limit that was
//   looked at allowed, remaining, retry_after (-1: never), reset, granted, at,
//   window, and, where it refused, used and before, as text: Redis makes
//   integers of numbers.
const char kLimitScript[] = R"lua(
local floor, ceil, max, min = math.floor, math.ceil, math.max, math.min

local step = {}

function step.F(l, now)
  local second, period = floor(now / 1e6), floor(l.period / 1e6)
  local stop = floor((second + period - 1) / period) * period
  local used = l.at >= stop and l.used or 0
  if l.at > stop then stop = min(l.at, stop + period) end
  l.moved = l.at > stop
  local over = (stop + 1) * 1e6
  if l.at == stop and l.returned_at == stop then
    used = max(0, used - l.returned)
  end
  l.possible = l.cost <= l.most
  l.allowed = l.possible
  if l.cost > 0 and l.possible then
    used = min(used + l.cost, l.most + 1)
    l.allowed = used <= l.most
  end
  l.at, l.used, l.before = stop, used, 0
  l.taken, l.expires = used, over
  l.retry, l.window = over - now, over - now
  l.reset = used > 0 and over - now or 0
  l.counted = true
end

function step.S(l, now)
  local window = floor(now / l.period)
  if l.at > window then window = min(l.at, window + 1) end
  local elapsed = max(0, now - window * l.period)
  local still = max(0, window * l.period - now)
  l.moved = l.at > window
  local used, before = 0, 0
  if l.at >= window then
    used, before = l.used, l.before
  elseif l.at == window - 1 then
    before = l.used
  end
  if l.at == window and l.returned_at == window then
    used = max(0, used - l.returned)
  end
  local share = (l.period - elapsed) / l.period
  local taken = before * share + used
  local rest = l.most - l.cost
  l.possible = l.cost <= l.most
  l.allowed = l.possible and (l.cost == 0 or taken <= rest)
  l.retry = 0
  if not l.allowed and l.possible then
    local at
    if used <= rest then
      at = l.period * (1 - (rest - used) / before)
    else
      at = l.period + l.period * (1 - rest / used)
    end
    l.retry = still + max(1, ceil(at) - elapsed)
  end
  local cost = l.allowed and l.cost or 0
  used, taken = used + cost, taken + cost
  l.at, l.used, l.before, l.taken = window, used, before, taken
  local stop = used > 0 and 2 * l.period or before > 0 and l.period or elapsed
  l.reset, l.window = still + stop - elapsed, still + l.period - elapsed
  l.expires = now + still + 2 * l.period - elapsed
end

function step.T(l, now)
  local at = min(max(l.at, now), now + l.period)
  local still = at - now
  l.moved = l.at > at
  local missing = l.used
  if at > l.at then
    missing = missing - (at - l.at) * l.rate / l.period
  end
  missing = max(0, missing - l.returned)
  local over = missing + l.cost - l.most
  l.possible = l.cost <= l.most
  l.allowed = l.possible and (l.cost == 0 or over <= 0)
  l.retry = still + ceil(max(0, over) * l.period / l.rate)
  if l.allowed then missing = missing + l.cost end
  l.at, l.used, l.before, l.taken = at, missing, 0, missing
  l.reset = missing > 0 and still + ceil(missing * l.period / l.rate) or 0
  l.window = l.period
  l.expires = at + l.most * l.period / l.rate
end

local now = tonumber(ARGV[1])
if not now then
  local time = redis.call('TIME')
  now = time[1] * 1e6 + time[2]
end

local function digits(number) return string.format('%.17g', number) end

local function keep(l)
  local left = min(ceil((l.expires - now) / 1e3) + 1, 1e12)
  redis.call('HSET', l.key, 'a', digits(l.at), 'u', digits(l.used),
             'b', digits(l.before))
  redis.call('PEXPIRE', l.key, digits(left))
  l.stored = {at = l.at, used = l.used, before = l.before}
end

local limits, refused_by = {}, -1
for i, key in ipairs(KEYS) do
  local arg = function(n) return ARGV[1 + (i - 1) * 9 + n] end
  local state = redis.call('HMGET', key, 'a', 'u', 'b')
  local l = {
    key = key, rate = tonumber(arg(2)), period = tonumber(arg(3)),
    cost = tonumber(arg(5)), wanted = tonumber(arg(7)),
    returned = tonumber(arg(8)), returned_at = tonumber(arg(9)),
    at = tonumber(state[1] or 0), used = tonumber(state[2] or 0),
    before = tonumber(state[3] or 0), granted = 0
  }
  l.stored = {at = l.at, used = l.used, before = l.before}
  l.most = arg(1) == 'T' and tonumber(arg(4)) or l.rate
  step[arg(1)](l, now)
  limits[i] = l
  if l.counted and (l.cost > 0 or l.returned > 0) then keep(l) end
  if not l.allowed and arg(6) == '0' then
    refused_by = i - 1
    break
  end
end

-- Those that count admitted calls only, and what is taken on lease.
for _, l in ipairs(limits) do
  local changed = not l.counted and (l.returned > 0 or l.moved and not l.allowed)
  if refused_by < 0 and l.allowed then
    -- Of what is left never more than a quarter: near the end of it every
    -- server asks for every call.
    l.granted = min(l.wanted, floor(max(0, l.most - l.taken) / 4))
    l.used, l.taken = l.used + l.granted, l.taken + l.granted
    changed = changed or l.granted > 0 or not l.counted and l.cost > 0
  elseif l.allowed and not l.counted then
    l.used = l.used - l.cost
  end
  if changed then keep(l) end
end

local answer = {refused_by, now}
for _, l in ipairs(limits) do
  local retry = l.allowed and 0 or l.possible and l.retry or -1
  local remaining = floor(max(0, l.most - l.taken))
  -- Of a refusal what is stored: who steps on from there comes to the same.
  local at, used, before = l.at, 0, 0
  if not l.allowed then
    at, used, before = l.stored.at, digits(l.stored.used),
                       digits(l.stored.before)
  end
  for _, number in ipairs({l.allowed and 1 or 0, remaining, retry, l.reset,
                           l.granted, at, l.window, used, before}) do
    answer[#answer + 1] = number
  end
end
return answer
)lua";

std::vector<std::string> ScriptWords(const std::vector<ScriptCharge>& charges,
                                     const LimitClock& clock) {
  std::vector<std::string> words;
  words.reserve(charges.size() * 10 + 1);
  for (const ScriptCharge& charge : charges) words.push_back(charge.key);
  words.push_back(clock == nullptr ? ""
                                   : absl::StrCat(absl::ToUnixMicros(clock())));
  for (const ScriptCharge& charge : charges) {
    const RateLimit& limit = *charge.limit;
    words.emplace_back(LetterOf(limit.algorithm));
    words.push_back(absl::StrCat(limit.max_calls));
    words.push_back(absl::StrCat(absl::ToInt64Microseconds(limit.period)));
    words.push_back(absl::StrCat(limit.burst));
    words.push_back(absl::StrCat(charge.cost));
    words.push_back(limit.shadow ? "1" : "0");
    words.push_back(absl::StrCat(charge.wanted));
    words.push_back(absl::StrCat(charge.returned));
    words.push_back(absl::StrCat(charge.returned_at));
  }
  return words;
}

absl::StatusOr<ScriptDecision> ReadScriptReply(const redisReply& reply,
                                               size_t charges) {
  const absl::Status strange =
      absl::InternalError("Redis answers what the script does not");
  if (reply.type != REDIS_REPLY_ARRAY || reply.elements < kNumbersOfDecision ||
      (reply.elements - kNumbersOfDecision) % kNumbersOfAnswer != 0) {
    return strange;
  }
  // Integers but for the two at the end of each answer.
  for (size_t i = 0; i < reply.elements; ++i) {
    const bool is_text = i >= kNumbersOfDecision &&
                         (i - kNumbersOfDecision) % kNumbersOfAnswer >= 7;
    const bool is_right = is_text
                              ? NumberOf(*reply.element[i]).has_value()
                              : reply.element[i]->type == REDIS_REPLY_INTEGER;
    if (!is_right) return strange;
  }
  const size_t answers =
      (reply.elements - kNumbersOfDecision) / kNumbersOfAnswer;
  ScriptDecision decision;
  decision.refused_by = static_cast<int>(reply.element[0]->integer);
  decision.now = reply.element[1]->integer;
  const size_t expected = decision.refused_by < 0
                              ? charges
                              : static_cast<size_t>(decision.refused_by) + 1;
  if (answers != expected || answers > charges) return strange;
  for (size_t i = 0; i < answers; ++i) {
    const auto element = [&](size_t n) -> const redisReply& {
      return *reply.element[kNumbersOfDecision + i * kNumbersOfAnswer + n];
    };
    const auto number = [&](size_t n) -> int64_t { return element(n).integer; };
    ScriptAnswer answer;
    answer.result.allowed = number(0) != 0;
    answer.result.remaining = number(1);
    answer.result.retry_after = number(2) < 0 ? absl::InfiniteDuration()
                                              : absl::Microseconds(number(2));
    answer.result.reset = absl::Microseconds(number(3));
    answer.granted = number(4);
    answer.window = absl::Microseconds(number(6));
    answer.state = {number(5), *NumberOf(element(7)), *NumberOf(element(8))};
    decision.answers.push_back(answer);
  }
  return decision;
}

}  // namespace modelservice
