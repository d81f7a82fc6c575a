// Written by scripts/settings_text.py from the comments of config.proto.
#include "modelservice/manage/settings_text.h"

namespace modelservice {
namespace {

constexpr SettingText kTexts[] = {
    {"AuthenticatorSettings.custom",
     "The name of an authenticator that the program added."},
    {"AuthenticatorSettings.realm",
     "Within which a subject is one caller: authenticators of one realm mean "
     "the same caller by the same subject, those of two realms never, and "
     "limits count them apart. Default: of jwt the token's issuer, of token "
     "its table, of Django's users theirs, as in \"users:auth_user\", else one "
     "for each authenticator."},
    {"AuthenticatorSettings.subject_prefix",
     "Put before each subject, so that an OWNER column tells those of two "
     "realms apart: where a model has one, at most one realm is without a "
     "prefix, and refuses subjects that begin with another's. Default: none."},
    {"BasicSettings.maximum_iterations",
     "The most iterations of a stored password: one that names more is refused "
     "like a wrong one, with a line in the log, and never computed."},
    {"BasicSettings.username_column",
     "The column of the user's name, Django's USERNAME_FIELD."},
    {"ChannelOption.name",
     "As in grpc/impl/channel_arg_names.h: \"grpc.http2.max_frame_size\"."},
    {"ChannelOption.number",
     "As in grpc/impl/channel_arg_names.h: \"grpc.http2.max_frame_size\"."},
    {"ChannelOption.text",
     "As in grpc/impl/channel_arg_names.h: \"grpc.http2.max_frame_size\"."},
    {"JwtSettings.algorithm",
     "The algorithms that are taken: \"HS256\", \"RS256\", \"ES256\", "
     "\"EdDSA\". Default: those that fit the keys."},
    {"JwtSettings.audience",
     "One of which must be in `aud`. Default: a token that has `aud` is "
     "refused."},
    {"JwtSettings.issuer", "What `iss` must be. Default: anything."},
    {"JwtSettings.jwks_file",
     "The keys: one of a PEM public key or certificate (RS256, ES256, EdDSA), "
     "a file with a secret of at least 32 bytes (HS256; a line break at its "
     "end is no part of it), or a JSON Web Key Set (RFC 7517)."},
    {"JwtSettings.leeway", "Seconds that clocks may differ."},
    {"JwtSettings.permissions_claim",
     "The claims that hold the subject, the roles and the permissions: a name, "
     "or names with dots between, as in \"realm_access.roles\"."},
    {"JwtSettings.public_key_file",
     "The keys: one of a PEM public key or certificate (RS256, ES256, EdDSA), "
     "a file with a secret of at least 32 bytes (HS256; a line break at its "
     "end is no part of it), or a JSON Web Key Set (RFC 7517)."},
    {"JwtSettings.require_expiry", "Whether a token without `exp` is refused."},
    {"JwtSettings.roles_claim",
     "The claims that hold the subject, the roles and the permissions: a name, "
     "or names with dots between, as in \"realm_access.roles\"."},
    {"JwtSettings.secret_file",
     "The keys: one of a PEM public key or certificate (RS256, ES256, EdDSA), "
     "a file with a secret of at least 32 bytes (HS256; a line break at its "
     "end is no part of it), or a JSON Web Key Set (RFC 7517)."},
    {"JwtSettings.subject_claim",
     "The claims that hold the subject, the roles and the permissions: a name, "
     "or names with dots between, as in \"realm_access.roles\"."},
    {"LimitStoreSettings.ca_file",
     "Redis: PEM file of those who signed its certificate. Default: the "
     "system's."},
    {"LimitStoreSettings.ipv6_prefix_length",
     "The bits of a client's IPv6 address that the key \"peer\" is, from 1 to "
     "128: one customer of a provider has a whole /64, if not a /56 or a /48."},
    {"LimitStoreSettings.key_prefix", "Redis: put before every key."},
    {"LimitStoreSettings.lease_ms",
     "Redis: milliseconds for which a server may decide by itself about a "
     "slice of the quota that it took. 0 asks the store for every call."},
    {"LimitStoreSettings.maximum_keys",
     "The most keys that are counted in memory at a time; past it those that "
     "matter least are forgotten."},
    {"LimitStoreSettings.store",
     "\"memory:\" counts in this process; "
     "redis://[user:password@]host[:port][/db], rediss:// with TLS, or "
     "unix:path of a Redis counts for all servers that use it."},
    {"LimitStoreSettings.timeout_ms", "Milliseconds to wait for the store."},
    {"LogFileSettings.max_bytes",
     "How many bytes it holds, at least 65536; before a line that would be too "
     "much, shop.log becomes shop.1.log, and that shop.2.log. Default: any "
     "number."},
    {"LogFileSettings.max_files",
     "How many files are kept beside it, where there is `max_bytes`."},
    {"LogFileSettings.path", "Its path, in a folder that is there."},
    {"Settings.address",
     "Where to listen: host:port, with port 0 for a free one, or unix:path; or "
     "several of them with commas between, as in "
     "0.0.0.0:50051,unix:/run/shop."},
    {"Settings.authenticator",
     "Who finds out who calls, in order; the first that recognises a call's "
     "credentials decides. Default: nobody, so that everybody is anonymous."},
    {"Settings.channel_option",
     "Arguments of gRPC's own that no setting above is about."},
    {"Settings.channelz_address",
     "Where gRPC tells of this process's connections, calls and sockets, as "
     "grpc.channelz.v1.Channelz: \"127.0.0.1:9465\". Default: nowhere."},
    {"Settings.compression", "Whether requests may be compressed."},
    {"Settings.database",
     "The database's URL: sqlite:path, or postgresql://user@host/database with "
     "whatever libpq takes."},
    {"Settings.database_file",
     "Files that hold `secret_key` and `database` in their place, as what runs "
     "servers hands secrets to them."},
    {"Settings.default_access",
     "Who may call the methods that no option gives an `access`: an expression "
     "like `access.require` there, as in \"authenticated\". Default: \"any\"; "
     "a server with authenticators names the methods that it leaves open when "
     "it starts."},
    {"Settings.default_timeout",
     "Seconds that a call may take whose client gave no deadline. Default: "
     "any."},
    {"Settings.former_secret_key",
     "Keys whose page tokens are still taken, while none is sealed with them: "
     "to change `secret_key`, put the former one here until its tokens are "
     "done."},
    {"Settings.grace_period",
     "Seconds that calls in flight get to end after SIGTERM, before they are "
     "cancelled."},
    {"Settings.health", "Whether grpc.health.v1.Health answers."},
    {"Settings.idle_connection",
     "Seconds after which a connection without calls is ended; its client "
     "makes a new one for its next call. Default: never, for gRPC then counts "
     "the calls of each connection, which costs a twentieth of what a short "
     "one takes."},
    {"Settings.idle_stream",
     "Seconds after which a stream whose client takes nothing gives up what it "
     "holds of the database."},
    {"Settings.interceptor",
     "The interceptors around every method, by name, in order, the outermost "
     "first: the built-in ones (\"request_log\", \"deadline\", "
     "\"authentication\", \"permissions\", \"rate_limits\") and those that the "
     "program added."},
    {"Settings.keepalive",
     "Seconds after which a connection that is silent is asked whether its "
     "client is still there, and for how long it may not answer before it is "
     "closed. 0: it is not asked."},
    {"Settings.keepalive_timeout",
     "Seconds after which a connection that is silent is asked whether its "
     "client is still there, and for how long it may not answer before it is "
     "closed. 0: it is not asked."},
    {"Settings.log_file",
     "A file for the lines of the log, which then are not on standard error. "
     "Default: none."},
    {"Settings.log_format",
     "How lines of the log are written: TEXT, or JSON, an object a line with "
     "`time`, `severity`, `text` and, of calls, what docs/operate.md names."},
    {"Settings.log_level", "The least that is logged, by the whole process."},
    {"Settings.max_connection_age",
     "The most seconds of a connection. Default: any."},
    {"Settings.max_connection_calls",
     "The most calls at a time of one connection; a client's next ones wait."},
    {"Settings.max_connection_resets",
     "The most calls of one connection that are cancelled before they begin, "
     "or before their request came, in half a minute; and those that are over "
     "and not cleared away yet."},
    {"Settings.max_connections",
     "The most connections at a time; one more is closed at once."},
    {"Settings.max_filter_bytes",
     "Bytes of a List's filter or search, levels of parentheses and negations "
     "in a filter, and comparisons and words in either."},
    {"Settings.max_filter_depth",
     "Bytes of a List's filter or search, levels of parentheses and negations "
     "in a filter, and comparisons and words in either."},
    {"Settings.max_filter_terms",
     "Bytes of a List's filter or search, levels of parentheses and negations "
     "in a filter, and comparisons and words in either."},
    {"Settings.max_health_watches",
     "The most open streams of grpc.health.v1.Health/Watch."},
    {"Settings.max_password_queue",
     "The most callers whose passwords wait to be checked."},
    {"Settings.max_queue", "The most tasks that wait for one of `workers`."},
    {"Settings.max_reading_streams",
     "The most streams that send from inside of a transaction (`transaction: "
     "READ`) at a time: each holds a connection to the database."},
    {"Settings.max_reflection_streams",
     "The most open streams of reflection, each of which has a thread."},
    {"Settings.max_reply_bytes", "Bytes of a page of a List."},
    {"Settings.max_request_bytes", "The largest request, in bytes."},
    {"Settings.max_stream_bytes",
     "Bytes of the messages that a stream with a transaction takes before it "
     "begins, or sends after it is committed; and of those that wait for the "
     "client of a method that goes on after it has returned."},
    {"Settings.max_streams", "The most streams at a time, among the calls."},
    {"Settings.max_total_size",
     "How far rows are counted for the total_size of a page: more are said to "
     "be this many."},
    {"Settings.max_transport_bytes",
     "Bytes of connections and of what is being received and sent on them. "
     "Default: a quarter of the machine's memory, or of what its control group "
     "may have."},
    {"Settings.maximum_concurrent_rpcs",
     "The most calls at a time, streams among them; one more is refused with "
     "RESOURCE_EXHAUSTED, before anything else happens to it."},
    {"Settings.maximum_timeout",
     "The most seconds that any call may take, streams among them. Default: "
     "any."},
    {"Settings.metrics_address",
     "Where Prometheus reads the server's numbers, as http://.../metrics: "
     "\"127.0.0.1:9464\". Default: nowhere."},
    {"Settings.on_drift",
     "What a server does whose database keeps less than the models promise: a "
     "unique index, a check or a reference is missing, a column takes NULL "
     "that its field cannot be, or one that no field stores takes none."},
    {"Settings.rate_limits", "Where the counts of rate limits are kept."},
    {"Settings.reflection",
     "Whether clients may ask for the services' descriptors (gRPC "
     "reflection)."},
    {"Settings.reflection_access",
     "Who may ask for them: an expression like `access.require` in options. "
     "Default: \"authenticated\" where there is an `authenticator`, else "
     "\"any\"."},
    {"Settings.request_id_lifetime",
     "Seconds for which a write is known by the request_id of its request: one "
     "that comes again is answered as the first was, and not done again."},
    {"Settings.request_log",
     "A line in the log for each call, and an id for it, which its client is "
     "told (`x-request-id`). Default: no."},
    {"Settings.request_log_share",
     "The share of the calls that were well which `request_log` writes a line "
     "of, from 0 to 1; calls that were refused or failed have one each."},
    {"Settings.request_timeout",
     "Seconds within which a call's request must have come."},
    {"Settings.secret_key",
     "The key that page tokens are sealed with, at least 16 characters. "
     "Default: a random one, so that tokens end with the process."},
    {"Settings.secret_key_file",
     "Files that hold `secret_key` and `database` in their place, as what runs "
     "servers hands secrets to them."},
    {"Settings.slow_call",
     "Seconds from which on a unary call is slow and has a line in the log, a "
     "WARNING, with `request_log` or without. Default: none is."},
    {"Settings.slow_statement",
     "Seconds from which on a statement is slow and has a line in the log, a "
     "WARNING, with its SQL and without its parameters. Default: none is."},
    {"Settings.tls", "Encrypts the port. Default: not encrypted."},
    {"Settings.trace_share",
     "The share of the traces that begin here which are recorded, from 0 to 1, "
     "where the program has a sink of spans, which may want fewer."},
    {"Settings.workers",
     "Threads for code that may block: custom methods, hooks, streams, slow "
     "reads."},
    {"TlsSettings.certificate_file",
     "PEM files: the server's certificate with what it was signed by, and its "
     "key."},
    {"TlsSettings.client_ca_file",
     "PEM file of those who sign clients' certificates. Default: none are "
     "asked for."},
    {"TlsSettings.key_file",
     "PEM files: the server's certificate with what it was signed by, and its "
     "key."},
    {"TlsSettings.more",
     "Further certificates: of other names of the server, by which clients ask "
     "for them (SNI), or of another kind of key."},
    {"TlsSettings.require_client_certificate",
     "Whether a client without a certificate is turned away. Default: no."},
    {"TokenSettings.django_users",
     "Whether subject, roles and permissions come from Django's own tables: "
     "auth_user, auth_group, auth_permission."},
    {"TokenSettings.plain",
     "Whether `table` holds the tokens themselves, as Django REST framework's "
     "authtoken_token does."},
    {"TokenSettings.table",
     "The table: key (the token's SHA-256 in hex), user_id, name, created, "
     "expires, roles."},
    {"TokenSettings.user_table",
     "The table of Django's users, that of a custom user model, too."},
    {"TokenSettings.username_column",
     "The column of the user's name, Django's USERNAME_FIELD."},
};

}  // namespace

absl::Span<const SettingText> SettingTexts() { return kTexts; }

}  // namespace modelservice
