package stripebridge.core.config;

import static stripebridge.core.config.SettingGroup.HTTP;
import static stripebridge.core.config.SettingGroup.INBOX;
import static stripebridge.core.config.SettingGroup.LOG;
import static stripebridge.core.config.SettingGroup.MESSAGE;
import static stripebridge.core.config.SettingGroup.RELAY;
import static stripebridge.core.config.SettingGroup.SANDBOX;
import static stripebridge.core.config.SettingGroup.SECRETS;
import static stripebridge.core.config.SettingGroup.SEMP;
import static stripebridge.core.config.SettingGroup.SOLACE;
import static stripebridge.core.config.SettingGroup.STRIPE_API;
import static stripebridge.core.config.SettingGroup.VALIDATE;
import static stripebridge.core.config.SettingGroup.WEBHOOK;

import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import stripebridge.core.config.InboxSettings.RedisDurability;
import stripebridge.core.config.LogSettings.LogFormat;
import stripebridge.core.config.LogSettings.LogLevel;

/// The table of every setting. The reader, the command-line options, `config show`,
/// `docs/reference/configuration.md` and `.env.example` all derive from it.
public final class Settings {
  // Must come first: the fields below add to it, in their order.
  private static final List<Setting<?>> TABLE = new ArrayList<>();

  public static final Setting<List<EndpointSecret>> STRIPE_WEBHOOK_SECRET =
      row(WEBHOOK, "STRIPE_WEBHOOK_SECRET", EndpointSecret.LIST)
          .description(
              "Signing secrets of the webhook endpoints; all of them are active. `label=`"
                  + " before a secret names its endpoint; `label@2026-09-01=` also says since when"
                  + " it is in use. A label `acct_…` is the account of events that name none.")
          .requiredBy(WEBHOOK)
          .refuses("--webhook-secret")
          .add();

  public static final Setting<Secret> STRIPE_API_KEY =
      row(STRIPE_API, "STRIPE_API_KEY", ValueType.TOKEN)
          .description("Secret key for calls to Stripe's API.")
          .requiredBy(STRIPE_API)
          .refuses("--stripe-key")
          .add();

  public static final Setting<URI> STRIPE_API_BASE =
      row(STRIPE_API, "STRIPE_API_BASE", ValueType.apiBase("", "https://api.stripe.com"))
          .description("Base URL of Stripe's API, or of a compatible server.")
          .defaultsTo("https://api.stripe.com")
          .add();

  public static final Setting<String> STRIPE_ACCOUNT_ID =
      row(MESSAGE, "STRIPE_ACCOUNT_ID", ValueType.ACCOUNT)
          .description("Account level of the topic for events that name no account.")
          .defaultsTo("unknown")
          .add();

  public static final Setting<Duration> SOLACE_MESSAGE_TTL_MS =
      row(MESSAGE, "SOLACE_MESSAGE_TTL_MS", ValueType.milliseconds(315_360_000_000L))
          .description(
              "Time to live of each message, on queues that respect it; 0 means that messages"
                  + " never expire.")
          .defaultsTo("0")
          .add();

  public static final Setting<Boolean> DMQ_ELIGIBLE =
      row(MESSAGE, "DMQ_ELIGIBLE", ValueType.BOOLEAN)
          .description("Whether messages that cannot be delivered move to the dead message queue.")
          .defaultsTo("true")
          .add();

  public static final Setting<List<BrokerAddress>> SOLACE_HOST =
      row(SOLACE, "SOLACE_HOST", BrokerAddress.LIST)
          .description(
              "Broker addresses for messaging, tried in order. Default ports: 55555 for tcp,"
                  + " 55443 for tcps, 80 for ws, 443 for wss.")
          .requiredBy(SOLACE)
          .example("tcp://localhost:55555")
          .add();

  public static final Setting<String> SOLACE_VPN =
      row(
              SOLACE,
              "SOLACE_VPN",
              ValueType.text("1 to 32 characters without '*' or '?'", "[^*?\\p{Cntrl}]{1,32}"))
          .description("Message VPN.")
          .requiredBy(SOLACE, SEMP)
          .example("default")
          .alias("--vpn")
          .add();

  public static final Setting<String> SOLACE_USERNAME =
      row(
              SOLACE,
              "SOLACE_USERNAME",
              ValueType.text("1 to 189 characters without '*' or '?'", "[^*?\\p{Cntrl}]{1,189}"))
          .description("Client username for messaging.")
          .requiredBy(SOLACE)
          .example("stripe-bridge-user")
          .alias("--solace-user")
          .add();

  public static final Setting<Secret> SOLACE_PASSWORD =
      row(SOLACE, "SOLACE_PASSWORD", ValueType.PASSWORD)
          .description("Password of the client username.")
          .requiredBy(SOLACE)
          .refuses("--solace-password")
          .add();

  public static final Setting<Boolean> SOLACE_TLS_ENABLED =
      row(SOLACE, "SOLACE_TLS_ENABLED", ValueType.BOOLEAN)
          .description("Refuses tcp:// and ws:// addresses. tcps:// and wss:// always use TLS.")
          .defaultsTo("false")
          .add();

  public static final Setting<String> SOLACE_TLS_CA_CERT_PATH =
      row(SOLACE, "SOLACE_TLS_CA_CERT_PATH", ValueType.PATH)
          .description(
              "PEM, JKS or PKCS12 file with the certificates to trust for messaging. If not"
                  + " set: those that Java trusts.")
          .add();

  public static final Setting<Secret> SOLACE_TLS_CA_CERT_PASSWORD =
      row(SOLACE, "SOLACE_TLS_CA_CERT_PASSWORD", ValueType.PASSWORD)
          .description("Password of the JKS or PKCS12 files with trusted certificates.")
          .add();

  public static final Setting<URI> SOLACE_SEMP_HOST =
      row(
              SEMP,
              "SOLACE_SEMP_HOST",
              ValueType.apiBase("/SEMP(/v2(/(config|monitor|action))?)?", "http://localhost:8080"))
          .description("Base URL of the broker's SEMP API, with or without /SEMP/v2.")
          .requiredBy(SEMP)
          .example("http://localhost:8080")
          .alias("--semp-host")
          .add();

  public static final Setting<String> SOLACE_SEMP_USERNAME =
      row(
              SEMP,
              "SOLACE_SEMP_USERNAME",
              ValueType.text("1 to 64 characters without ':'", "[^:\\p{Cntrl}]{1,64}"))
          .description(
              "Administrator for SEMP; required to administer the broker unless a token is"
                  + " set.")
          .alias("--semp-username")
          .add();

  public static final Setting<Secret> SOLACE_SEMP_PASSWORD =
      row(SEMP, "SOLACE_SEMP_PASSWORD", ValueType.PASSWORD)
          .description("Password of the administrator.")
          .refuses("--semp-password")
          .add();

  public static final Setting<Secret> SOLACE_SEMP_TOKEN =
      row(SEMP, "SOLACE_SEMP_TOKEN", ValueType.TOKEN)
          .description("OAuth token, instead of SOLACE_SEMP_USERNAME and SOLACE_SEMP_PASSWORD.")
          .add();

  public static final Setting<String> SOLACE_SEMP_TLS_CA_CERT_PATH =
      row(SEMP, "SOLACE_SEMP_TLS_CA_CERT_PATH", ValueType.PATH)
          .description("PEM, JKS or PKCS12 file with the certificates to trust for SEMP.")
          .defaultsTo(SOLACE_TLS_CA_CERT_PATH)
          .add();

  public static final Setting<String> APP_HOST =
      row(HTTP, "APP_HOST", ValueType.HOST)
          .description("Address to listen on.")
          .defaultsTo("0.0.0.0")
          .add();

  public static final Setting<Integer> APP_PORT =
      row(HTTP, "APP_PORT", ValueType.PORT)
          .description("Port for webhooks; 0 picks a free one.")
          .defaultsTo("8080")
          .add();

  public static final Setting<String> APP_TLS_CERT_PATH =
      row(HTTP, "APP_TLS_CERT_PATH", ValueType.PATH)
          .description(
              "PEM file with the server's certificate chain. Together with its key, it turns"
                  + " on HTTPS.")
          .add();

  public static final Setting<String> APP_TLS_KEY_PATH =
      row(HTTP, "APP_TLS_KEY_PATH", ValueType.PATH)
          .description("PEM file with the private key of the server's certificate.")
          .add();

  public static final Setting<Integer> ADMIN_PORT =
      row(HTTP, "ADMIN_PORT", ValueType.PORT)
          .description("Port for health, readiness and metrics; 0 picks a free one.")
          .defaultsTo(APP_PORT)
          .add();

  public static final Setting<String> APP_WEBHOOK_PATH =
      row(HTTP, "APP_WEBHOOK_PATH", HttpSettings.WEBHOOK_PATH)
          .description("URL path for webhooks.")
          .defaultsTo("/webhooks/stripe")
          .add();

  public static final Setting<Boolean> APP_PROXY_PROTOCOL =
      row(HTTP, "APP_PROXY_PROTOCOL", ValueType.BOOLEAN)
          .description(
              "Whether each webhook connection begins with a PROXY header, version 1 or 2."
                  + " Requires a separate ADMIN_PORT, whose connections have none.")
          .defaultsTo("false")
          .add();

  public static final Setting<List<Network>> APP_PROXY_TRUSTED =
      row(HTTP, "APP_PROXY_TRUSTED", Network.LIST)
          .description(
              "Networks that may send a PROXY header, such as `10.0.0.0/8,fd00::/8`. If not"
                  + " set: any client may.")
          .add();

  public static final Setting<LogLevel> LOG_LEVEL =
      row(LOG, "LOG_LEVEL", LogLevel.TYPE)
          .description("Lowest level that is logged; `warning` and `critical` are accepted too.")
          .defaultsTo("info")
          .add();

  public static final Setting<LogFormat> LOG_FORMAT =
      row(LOG, "LOG_FORMAT", LogFormat.TYPE)
          .description("Format of a log line: a JSON object, or plain text.")
          .defaultsTo("json")
          .add();

  public static final Setting<RedisUrl> REDIS_URL =
      row(INBOX, "REDIS_URL", RedisUrl.TYPE)
          .description(
              "Redis with the inbox that replicas share; see docs/replicas.md. If not set: an"
                  + " embedded inbox, in a file.")
          .add();

  public static final Setting<String> REDIS_KEY_PREFIX =
      row(
              INBOX,
              "REDIS_KEY_PREFIX",
              ValueType.text("1 to 64 visible ASCII characters", "[!-~]{1,64}"))
          .description("Prefix of the shared inbox's keys.")
          .defaultsTo("stripebridge:")
          .add();

  public static final Setting<String> REDIS_TLS_CA_CERT_PATH =
      row(INBOX, "REDIS_TLS_CA_CERT_PATH", ValueType.PATH)
          .description(
              "PEM file with the certificates to trust for Redis. If not set: those that Java"
                  + " trusts.")
          .add();

  public static final Setting<String> REDIS_TLS_CERT_PATH =
      row(INBOX, "REDIS_TLS_CERT_PATH", ValueType.PATH)
          .description("PEM file with the client certificate for Redis.")
          .add();

  public static final Setting<String> REDIS_TLS_KEY_PATH =
      row(INBOX, "REDIS_TLS_KEY_PATH", ValueType.PATH)
          .description("PEM file with the private key of the client certificate.")
          .add();

  public static final Setting<RedisDurability> INBOX_REDIS_DURABILITY =
      row(INBOX, "INBOX_REDIS_DURABILITY", RedisDurability.TYPE)
          .description(
              "What Redis must confirm before an event counts as durable: its own disk, or N"
                  + " replicas. If not set: as Redis is configured.")
          .add();

  public static final Setting<Integer> INBOX_FORMAT =
      row(INBOX, "INBOX_FORMAT", ValueType.wholeNumber(1, 3))
          .description(
              "Format of new entries in the shared inbox; 3 stores bodies compressed. If not set:"
                  + " the inbox keeps its format, and a new inbox gets 3. An older release does not"
                  + " read it: set it once no replica runs one any more.")
          .add();

  public static final Setting<String> INBOX_PATH =
      row(INBOX, "INBOX_PATH", ValueType.PATH)
          .description("File of the embedded inbox.")
          .defaultsTo("./stripebridge-inbox.db")
          .add();

  public static final Setting<Duration> IDEMPOTENCY_TTL_SECONDS =
      row(RELAY, "IDEMPOTENCY_TTL_SECONDS", ValueType.seconds("1", "31536000"))
          .description(
              "How long the id of a published event is remembered. Stripe retries for 3" + " days.")
          .defaultsTo("345600")
          .add();

  public static final Setting<Integer> ASYNC_QUEUE_SIZE =
      row(RELAY, "ASYNC_QUEUE_SIZE", ValueType.wholeNumber(1, 100_000_000))
          .description("Number of waiting entries above which webhooks are answered with 429.")
          .defaultsTo("100000")
          .add();

  public static final Setting<Integer> MAX_PUBLISH_RETRIES =
      row(RELAY, "MAX_PUBLISH_RETRIES", ValueType.wholeNumber(1, 1_000))
          .description(
              "How often the broker may refuse a message permanently (too large, bad topic)"
                  + " before its entry is parked. Other refusals are retried without limit.")
          .defaultsTo("3")
          .add();

  public static final Setting<Duration> RETRY_BACKOFF_BASE_SECONDS =
      row(RELAY, "RETRY_BACKOFF_BASE_SECONDS", ValueType.seconds("0.001", "30"))
          .description("Delay after the first refusal; it doubles, with jitter, up to 30 s.")
          .defaultsTo("0.5")
          .add();

  public static final Setting<Duration> ASYNC_SHUTDOWN_TIMEOUT_SECONDS =
      row(RELAY, "ASYNC_SHUTDOWN_TIMEOUT_SECONDS", ValueType.seconds("0", "3600"))
          .description("Time to settle in-flight entries at shutdown; the rest stays in the inbox.")
          .defaultsTo("30")
          .add();

  public static final Setting<Integer> SECRET_MAX_AGE_DAYS =
      row(SECRETS, "SECRET_MAX_AGE_DAYS", ValueType.wholeNumber(0, 3_650))
          .description(
              "Age above which `secrets status` calls a webhook secret old; 0 means never.")
          .defaultsTo("90")
          .add();

  public static final Setting<String> E2E_STRIPE_ACCOUNT_ID =
      row(VALIDATE, "E2E_STRIPE_ACCOUNT_ID", ValueType.ACCOUNT)
          .description("Account of the events that `validate` sends.")
          .defaultsTo("acct_e2e")
          .add();

  public static final Setting<Duration> E2E_CONSUME_TIMEOUT_SECONDS =
      row(VALIDATE, "E2E_CONSUME_TIMEOUT_SECONDS", ValueType.seconds("1", "3600"))
          .description("How long `validate` waits for each of its messages.")
          .defaultsTo("10")
          .add();

  public static final Setting<Boolean> E2E_QUEUE_DRAIN_BEFORE_TEST =
      row(VALIDATE, "E2E_QUEUE_DRAIN_BEFORE_TEST", ValueType.BOOLEAN)
          .description(
              "Whether `validate` first removes what earlier runs left in the queues. It"
                  + " finds its own messages either way.")
          .defaultsTo("false")
          .add();

  public static final Setting<Integer> SANDBOX_SMF_PORT =
      row(SANDBOX, "SANDBOX_SMF_PORT", ValueType.PORT)
          .description("The sandbox's port for messaging; 0 picks a free one.")
          .defaultsTo("55555")
          .add();

  public static final Setting<Integer> SANDBOX_SEMP_PORT =
      row(SANDBOX, "SANDBOX_SEMP_PORT", ValueType.PORT)
          .description("The sandbox's port for SEMP; 0 picks a free one.")
          .defaultsTo("8081")
          .add();

  private static final Set<String> VARIABLES = variablesOfTable();

  private Settings() {}

  /// Every setting, in the order of the documentation.
  static List<Setting<?>> all() {
    return List.copyOf(TABLE);
  }

  /// The settings of one group, in order.
  public static List<Setting<?>> of(SettingGroup group) {
    return TABLE.stream().filter(setting -> setting.group() == group).toList();
  }

  /// The setting of an option; finds the replaced tool's options too.
  static Optional<Setting<?>> byOption(String option) {
    return first(setting -> setting.option().equals(option) || setting.aliases().contains(option));
  }

  /// Every variable that is read: each setting's `NAME` and `NAME_FILE`.
  static Set<String> variables() {
    return VARIABLES;
  }

  private static Optional<Setting<?>> first(Predicate<Setting<?>> isWanted) {
    return TABLE.stream().filter(isWanted).findFirst();
  }

  private static Set<String> variablesOfTable() {
    Set<String> variables = new LinkedHashSet<>();
    TABLE.forEach(setting -> variables.addAll(List.of(setting.name(), setting.fileVariable())));
    return Collections.unmodifiableSet(variables);
  }

  private static <T> Row<T> row(SettingGroup group, String name, ValueType<T> type) {
    return new Row<>(group, name, type);
  }

  /// Builds one row of the table.
  private static final class Row<T> {
    private final SettingGroup group;
    private final String name;
    private final ValueType<T> type;
    private String description = "";
    private String defaultText = "";
    private @Nullable Setting<T> sameAs;
    private Set<SettingGroup> requiredBy = Set.of();
    private String example = "";
    private final List<String> aliases = new ArrayList<>();
    private final List<String> refusedOptions = new ArrayList<>();

    Row(SettingGroup group, String name, ValueType<T> type) {
      this.group = group;
      this.name = name;
      this.type = type;
    }

    Row<T> description(String text) {
      description = text;
      return this;
    }

    Row<T> defaultsTo(String text) {
      defaultText = text;
      return this;
    }

    Row<T> defaultsTo(Setting<T> other) {
      sameAs = other;
      return this;
    }

    Row<T> requiredBy(SettingGroup first, SettingGroup... others) {
      requiredBy = Collections.unmodifiableSet(EnumSet.of(first, others));
      return this;
    }

    Row<T> example(String text) {
      example = text;
      return this;
    }

    Row<T> alias(String option) {
      aliases.add(option);
      return this;
    }

    Row<T> refuses(String option) {
      refusedOptions.add(option);
      return this;
    }

    Setting<T> add() {
      Setting<T> setting =
          new Setting<>(
              name,
              group,
              type,
              defaultText,
              sameAs,
              requiredBy,
              description,
              example,
              List.copyOf(aliases),
              List.copyOf(refusedOptions));
      TABLE.add(setting);
      return setting;
    }
  }
}
