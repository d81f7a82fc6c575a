#include "modelservice/guard/request_path.h"

#include <google/protobuf/wrappers.pb.h>
#include <gtest/gtest.h>

#include "modelservice/config.pb.h"

namespace modelservice {
namespace {

// A message with fields of many types is as good as a request.
RequestPath PathOf(absl::string_view path) {
  return RequestPath::Find(*Settings::descriptor(), path).value();
}
std::string FaultOf(absl::string_view path) {
  return std::string(
      RequestPath::Find(*TlsSettings::descriptor(), path).status().message());
}

TEST(RequestPath, ReadsValuesAsText) {
  Settings request;
  request.set_address("10.0.0.1");
  request.set_workers(-7);
  request.set_reflection(false);
  request.mutable_rate_limits()->set_maximum_keys(INT64_MAX);
  EXPECT_EQ(PathOf("address").Text(request), "10.0.0.1");
  EXPECT_EQ(PathOf("workers").Text(request), "-7");
  EXPECT_EQ(PathOf("reflection").Text(request), "false");
  EXPECT_EQ(PathOf("rate_limits.maximum_keys").Text(request),
            "9223372036854775807");

  MtlsSettings mtls;
  mtls.set_name(MtlsSettings::COMMON_NAME);
  EXPECT_EQ(RequestPath::Find(*MtlsSettings::descriptor(), "name")->Text(mtls),
            "2");
}

TEST(RequestPath, WhatIsNotSetIsEmpty) {
  Settings request;
  for (const char* path : {"address", "workers", "tls.key_file"}) {
    EXPECT_EQ(PathOf(path).Text(request), "");
    EXPECT_EQ(PathOf(path).Integer(request), std::nullopt);
  }
  request.mutable_tls();
  EXPECT_EQ(PathOf("tls.key_file").Text(request), "");
  request.mutable_tls()->set_key_file("k");
  EXPECT_EQ(PathOf("tls.key_file").Text(request), "k");
}

TEST(RequestPath, WithoutPresenceAFieldIsAlwaysSet) {
  const google::protobuf::Int64Value request;
  const auto path = RequestPath::Find(*request.GetDescriptor(), "value");
  EXPECT_EQ(path->Text(request), "0");
  EXPECT_EQ(path->Integer(request), 0);
}

TEST(RequestPath, ReadsIntegersOfEverySize) {
  Settings settings;
  settings.set_workers(-7);
  settings.mutable_rate_limits()->set_maximum_keys(INT64_MIN);
  EXPECT_EQ(PathOf("workers").Integer(settings), -7);
  EXPECT_EQ(PathOf("rate_limits.maximum_keys").Integer(settings), INT64_MIN);
  google::protobuf::UInt64Value large;
  const auto path = RequestPath::Find(*large.GetDescriptor(), "value");
  EXPECT_TRUE(path->is_integer());
  large.set_value(5);
  EXPECT_EQ(path->Integer(large), 5);
  large.set_value(UINT64_MAX);
  EXPECT_EQ(path->Integer(large), INT64_MAX);
  EXPECT_EQ(path->Text(large), "18446744073709551615");
  EXPECT_FALSE(PathOf("address").is_integer());
  EXPECT_FALSE(PathOf("reflection").is_integer());
}

TEST(RequestPath, SaysWhatIsWrong) {
  EXPECT_EQ(FaultOf("key"),
            "\"key\": modelservice.TlsSettings has no field \"key\"; it has "
            "certificate_file, key_file, more, client_ca_file, "
            "require_client_certificate");
  EXPECT_EQ(FaultOf("key_file.id"),
            "\"key_file.id\": modelservice.TlsSettings.key_file is no message "
            "and has no field \"id\"");
  EXPECT_NE(
      FaultOf("").find("\"\": modelservice.TlsSettings has no field \"\""),
      std::string::npos);
  EXPECT_NE(FaultOf("key_file.").find("has no field \"\""), std::string::npos);
  const auto error = [](absl::string_view path) {
    return std::string(
        RequestPath::Find(*Settings::descriptor(), path).status().message());
  };
  EXPECT_EQ(error("interceptor"),
            "\"interceptor\": modelservice.Settings.interceptor is repeated; "
            "name a field with one value");
  EXPECT_EQ(error("tls"),
            "\"tls\": modelservice.TlsSettings is a message; name one of its "
            "fields: certificate_file, key_file, more, client_ca_file, "
            "require_client_certificate");
  EXPECT_EQ(error("grace_period"),
            "\"grace_period\": modelservice.Settings.grace_period is a "
            "floating-point number, of which no two may be equal; name a field "
            "of another type");
}

}  // namespace
}  // namespace modelservice
