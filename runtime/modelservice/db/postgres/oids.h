// The types that we know, by the numbers that every server has for them
// (pg_type.dat of its source).
#ifndef MODELSERVICE_DB_POSTGRES_OIDS_H_
#define MODELSERVICE_DB_POSTGRES_OIDS_H_

#include <libpq-fe.h>

namespace modelservice::postgres {

constexpr Oid kBool = 16;
constexpr Oid kBytea = 17;
constexpr Oid kName = 19;
constexpr Oid kInt8 = 20;
constexpr Oid kInt2 = 21;
constexpr Oid kInt4 = 23;
constexpr Oid kText = 25;
constexpr Oid kOid = 26;
constexpr Oid kJson = 114;
constexpr Oid kFloat4 = 700;
constexpr Oid kFloat8 = 701;
constexpr Oid kUnknown = 705;
constexpr Oid kBpchar = 1042;
constexpr Oid kVarchar = 1043;
constexpr Oid kDate = 1082;
constexpr Oid kTime = 1083;
constexpr Oid kTimestamp = 1114;
constexpr Oid kTimestamptz = 1184;
constexpr Oid kInterval = 1186;
constexpr Oid kNumeric = 1700;
constexpr Oid kUuid = 2950;
constexpr Oid kJsonb = 3802;

// Whether the type's binary form is its text.
constexpr bool IsTextual(Oid type) {
  switch (type) {
    case kText:
    case kVarchar:
    case kBpchar:
    case kName:
    case kUnknown:
    case kJson:
      return true;
    default:
      return false;
  }
}

// The type of the elements of an array type; 0 for what is none, or none that
// we know.
constexpr Oid ElementOf(Oid type) {
  switch (type) {
    case 1000:
      return kBool;
    case 1001:
      return kBytea;
    case 1003:
      return kName;
    case 1005:
      return kInt2;
    case 1007:
      return kInt4;
    case 1009:
      return kText;
    case 1014:
      return kBpchar;
    case 1015:
      return kVarchar;
    case 1016:
      return kInt8;
    case 1021:
      return kFloat4;
    case 1022:
      return kFloat8;
    case 1115:
      return kTimestamp;
    case 1182:
      return kDate;
    case 1183:
      return kTime;
    case 1185:
      return kTimestamptz;
    case 1187:
      return kInterval;
    case 1231:
      return kNumeric;
    case 199:
      return kJson;
    case 2951:
      return kUuid;
    case 3807:
      return kJsonb;
    default:
      return 0;
  }
}

}  // namespace modelservice::postgres

#endif  // MODELSERVICE_DB_POSTGRES_OIDS_H_
