// What a Create or Update answers with OK is read as it was sent, whatever the
// schema and the value; what cannot be stored is INVALID_ARGUMENT on a field,
// and leaves nothing behind.
//
// The schemas are random (schemas.py), the values too: --gtest_random_seed
// chooses others, and STORAGE_MESSAGES how many.
#include <google/protobuf/wrappers.pb.h>
#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/support/byte_buffer.h>

#include <atomic>
#include <cmath>
#include <cstdlib>
#include <future>
#include <map>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "modelservice/base/compat.h"
#include "modelservice/base/mutex.h"
#include "modelservice/orm/stored_message.h"
#include "odd_message.h"
#include "random_proto2.modelservice.pb.h"
#include "random_proto3.modelservice.pb.h"
#include "test_support.h"

namespace storage {
namespace {

namespace pb = google::protobuf;
using integration::Difference;
using integration::OnPostgres;
using integration::ToBytes;
using modelservice::compat::Str;

constexpr int kModels = 5;    // of each file
constexpr int kClients = 16;  // at a time

int Messages() {
  int messages = 0;
  const char* const text = std::getenv("STORAGE_MESSAGES");
  return text != nullptr && absl::SimpleAtoi(text, &messages) ? messages
                                                              : 20000;
}

std::unique_ptr<pb::Message> NewMessage(const std::string& type) {
  const pb::Descriptor* const descriptor =
      pb::DescriptorPool::generated_pool()->FindMessageTypeByName(type);
  return std::unique_ptr<pb::Message>(
      pb::MessageFactory::generated_factory()->GetPrototype(descriptor)->New());
}

// Of a column of its own: SQLite has no -0.0.
template <class Real>
Real Kept(Real real) {
  return !OnPostgres() && real == 0 ? 0 : real;
}

void KeepInner(pb::Message* inner) {
  bool native = true;
  if (auto* time = dynamic_cast<pb::Timestamp*>(inner)) {
    // PostgreSQL has microseconds.
    if (OnPostgres()) time->set_nanos(time->nanos() / 1000 * 1000);
  } else if (auto* real = dynamic_cast<pb::DoubleValue*>(inner)) {
    real->set_value(Kept(real->value()));
  } else if (auto* narrow = dynamic_cast<pb::FloatValue*>(inner)) {
    narrow->set_value(Kept(narrow->value()));
  } else {
    const std::string type = Str(inner->GetDescriptor()->full_name());
    native = type == "google.protobuf.Duration" ||
             (inner->GetDescriptor()->field_count() == 1 &&
              absl::StartsWith(type, "google.protobuf.") &&
              absl::EndsWith(type, "Value") && type.size() > 23);
    native &= type != "google.protobuf.ListValue";
  }
  // A value of the database, which has no place for more.
  if (native) {
    inner->GetReflection()->MutableUnknownFields(inner)->Clear();
  }
}

void SetId(int64_t id, pb::Message* message) {
  message->GetReflection()->SetInt64(
      message, message->GetDescriptor()->FindFieldByNumber(1), id);
}

// What is there of `sent` when it has been stored.
void Keep(int64_t id, pb::Message* sent) {
  const pb::Reflection& fields = *sent->GetReflection();
  // Fields that the server does not know: clients may be newer.
  fields.MutableUnknownFields(sent)->Clear();
  std::vector<const pb::FieldDescriptor*> set;
  fields.ListFields(*sent, &set);
  for (const pb::FieldDescriptor* field : set) {
    if (field->is_repeated()) continue;
    switch (field->cpp_type()) {
      case pb::FieldDescriptor::CPPTYPE_DOUBLE:
        fields.SetDouble(sent, field, Kept(fields.GetDouble(*sent, field)));
        break;
      case pb::FieldDescriptor::CPPTYPE_FLOAT:
        fields.SetFloat(sent, field, Kept(fields.GetFloat(*sent, field)));
        break;
      case pb::FieldDescriptor::CPPTYPE_MESSAGE:
        KeepInner(fields.MutableMessage(sent, field));
        break;
      default:
        break;
    }
  }
  SetId(id, sent);
}

int64_t IdOf(const pb::Message& message) {
  return message.GetReflection()->GetInt64(
      message, message.GetDescriptor()->FindFieldByNumber(1));
}

class StorageTest : public integration::ServerTest {
 protected:
  void SetUp() override {
    Start([](modelservice::Registry& registry) {
      random_proto2::RegisterRandomProto2(registry);
      random_proto3::RegisterRandomProto3(registry);
    });
    stub_ = std::make_unique<grpc::GenericStub>(server().channel());
  }

  grpc::Status Call(const std::string& method, const std::string& request,
                    std::string* reply) {
    grpc::ClientContext context;
    context.set_deadline(std::chrono::system_clock::now() +
                         4 * integration::kPatience);
    const grpc::Slice slice(request);
    const grpc::ByteBuffer sent(&slice, 1);
    grpc::ByteBuffer received;
    std::promise<grpc::Status> done;
    stub_->UnaryCall(&context, method, {}, &sent, &received,
                     [&](grpc::Status status) { done.set_value(status); });
    const grpc::Status status = done.get_future().get();
    if (status.ok()) *reply = ToBytes(received);
    return status;
  }

  // Writes `count` random messages, and says what is to be found.
  void Write(int client, int count) {
    const int seed = testing::GTEST_FLAG(random_seed);
    OddMessage random(static_cast<uint64_t>(seed) * 1000 +
                      static_cast<uint64_t>(client));
    std::map<std::string, int64_t> last;  // of each type, the row just made
    for (int i = 0; i < count && !HasFailure(); ++i) {
      const std::string package =
          random.OneIn(2) ? "random_proto2" : "random_proto3";
      const int64_t model = random.Number(0, kModels - 1);
      const bool faults = random.OneIn(3);
      const bool damaged = random.OneIn(4);
      const std::string type = absl::StrCat(package, ".Model", model);
      std::unique_ptr<pb::Message> message = NewMessage(type);
      random.Fill(message.get(), faults);
      std::string bytes = modelservice::StableBytes(*message);
      if (damaged) random.Damage(&bytes);
      int64_t& row = last[type];
      const bool updates = row != 0 && !damaged && random.OneIn(4);
      if (updates) absl::StrAppend(&bytes, IdBytes(*message, row));
      SCOPED_TRACE(absl::StrCat("seed ", seed, ", client ", client,
                                ", message ", i, " of ", type, ": ",
                                absl::CHexEscape(bytes)));
      const std::string method = updates ? "/Update" : "/Create";
      WriteOne(package, model, method, bytes, faults || damaged, &row);
    }
  }

  // The key's field, to stand behind another one, which it replaces.
  static std::string IdBytes(const pb::Message& message, int64_t id) {
    const std::unique_ptr<pb::Message> key(message.New());
    SetId(id, key.get());
    return key->SerializePartialAsString();
  }

  void WriteOne(const std::string& package, int64_t model,
                const std::string& method, const std::string& bytes,
                bool may_be_refused, int64_t* id) {
    const std::string type = absl::StrCat(package, ".Model", model);
    const std::string service = absl::StrCat("/", package, ".Service", model);
    std::string reply;
    const grpc::Status status = Call(service + method, bytes, &reply);
    std::unique_ptr<pb::Message> sent = NewMessage(type);
    const bool is_message = sent->ParseFromString(bytes);
    if (!status.ok()) {
      ++refused_;
      ExpectRefusal(status, *sent, is_message);
      EXPECT_TRUE(may_be_refused) << status.error_message();
      return;
    }
    ASSERT_TRUE(is_message);
    ++stored_;
    std::unique_ptr<pb::Message> created = NewMessage(type);
    ASSERT_TRUE(created->ParseFromString(reply));
    if (method == "/Update") {
      EXPECT_EQ(IdOf(*created), *id);
    }
    *id = IdOf(*created);
    Keep(*id, sent.get());
    Keep(*id, created.get());  // it says -0.0
    EXPECT_EQ(Difference(*sent, *created), "");
    // The others are read by List.
    if (*id % 8 == 0) {
      std::unique_ptr<pb::Message> key = NewMessage(package + ".Key");
      SetId(*id, key.get());
      const grpc::Status read = Call(absl::StrCat(service, "/Retrieve"),
                                     key->SerializeAsString(), &reply);
      ASSERT_TRUE(read.ok()) << read.error_message();
      ASSERT_TRUE(created->ParseFromString(reply));
      EXPECT_EQ(Difference(*sent, *created), "");
    }
    const modelservice::MutexLock lock(mutex_);
    rows_[type][*id] = sent->SerializeAsString();
  }

  static void ExpectRefusal(const grpc::Status& status,
                            const pb::Message& message, bool is_message) {
    const integration::Refusal refusal(status);
    EXPECT_EQ(refusal.code, grpc::StatusCode::INVALID_ARGUMENT)
        << refusal.message;
    if (!is_message) return;
    ASSERT_GT(refusal.bad_request.field_violations_size(), 0)
        << refusal.message;
    for (const auto& violation : refusal.bad_request.field_violations()) {
      const std::string& path = violation.field();
      const std::string name = path.substr(0, path.find_first_of(".["));
      EXPECT_NE(message.GetDescriptor()->FindFieldByName(name), nullptr)
          << path << ": " << violation.description();
    }
  }

  // Every page of the model's List has what was created, and nothing else.
  void ExpectAll(const std::string& package, int model) {
    const std::string type = absl::StrCat(package, ".Model", model);
    std::map<int64_t, std::string> rows;
    {
      const modelservice::MutexLock lock(mutex_);
      rows.swap(rows_[type]);
    }
    std::string token;
    do {
      random_proto3::PageRequest request;  // proto2's is the same on the wire
      request.set_page_size(100);
      request.set_page_token(token);
      std::string reply;
      const grpc::Status status =
          Call(absl::StrCat("/", package, ".Service", model, "/List"),
               request.SerializeAsString(), &reply);
      ASSERT_TRUE(status.ok()) << type << ": " << status.error_message();
      std::unique_ptr<pb::Message> page = NewMessage(type + "Page");
      ASSERT_TRUE(page->ParseFromString(reply));
      const pb::Reflection& fields = *page->GetReflection();
      const auto* results = page->GetDescriptor()->FindFieldByNumber(1);
      for (int i = 0; i < fields.FieldSize(*page, results); ++i) {
        const pb::Message& row = fields.GetRepeatedMessage(*page, results, i);
        std::unique_ptr<pb::Message> expected = NewMessage(type);
        ASSERT_EQ(rows.count(IdOf(row)), 1u)
            << "left behind: " << row.ShortDebugString();
        ASSERT_TRUE(expected->ParseFromString(rows[IdOf(row)]));
        ASSERT_EQ(Difference(*expected, row), "")
            << type << ": " << absl::CHexEscape(rows[IdOf(row)]);
        rows.erase(IdOf(row));
      }
      token =
          fields.GetString(*page, page->GetDescriptor()->FindFieldByNumber(2));
    } while (!token.empty());
    EXPECT_TRUE(rows.empty())
        << rows.size() << " rows of " << type << " are lost";
  }

  std::unique_ptr<grpc::GenericStub> stub_;
  std::atomic<int> stored_ = 0;
  std::atomic<int> refused_ = 0;
  modelservice::Mutex mutex_;
  // Of each type, by id: the message as it must be read.
  std::map<std::string, std::map<int64_t, std::string>> rows_
      ABSL_GUARDED_BY(mutex_);
};

TEST_F(StorageTest, WhatIsStoredIsWhatWasSent) {
  std::vector<std::thread> clients;
  for (int client = 0; client < kClients; ++client) {
    clients.emplace_back(
        [this, client] { Write(client, Messages() / kClients); });
  }
  for (std::thread& client : clients) client.join();
  for (int model = 0; model < kModels && !HasFailure(); ++model) {
    ExpectAll("random_proto2", model);
    ExpectAll("random_proto3", model);
  }
  EXPECT_GT(stored_, Messages() / 2);
  EXPECT_GT(refused_, Messages() / 50);
  std::printf("%d stored, %d refused\n", stored_.load(), refused_.load());
}

}  // namespace
}  // namespace storage
