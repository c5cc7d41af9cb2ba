package stripebridge.service.inbox.redis;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import stripebridge.core.config.InboxSettings;
import stripebridge.core.config.InboxSettings.RedisDurability;
import stripebridge.core.config.RedisUrl;
import stripebridge.core.config.Secret;
import stripebridge.core.config.TlsIdentity;
import stripebridge.core.config.TlsTrust;
import stripebridge.core.event.EventId;
import stripebridge.core.event.EventType;
import stripebridge.core.inbox.Appended;
import stripebridge.core.inbox.Inbox;
import stripebridge.core.inbox.InboxException;
import stripebridge.core.inbox.ReceivedEvent;
import stripebridge.core.testing.Eventually;
import stripebridge.core.testing.TestCertificate;

/// Connections to a single server, Sentinels and a cluster, with logins and TLS.
class RedisConnectionsTest {

  @TempDir private Path folder;

  private RedisInbox open(String url) throws InboxException {
    return open(RedisSettings.of(url, "p:"));
  }

  private RedisInbox open(InboxSettings.Shared settings) throws InboxException {
    return RedisInbox.open(settings, folder, InstantSource.system(), 100, Duration.ofHours(1));
  }

  private static void assertWorks(Inbox inbox) throws Exception {
    ReceivedEvent event =
        new ReceivedEvent(
            new EventId("evt_1"),
            new EventType("payout.failed"),
            "acct_1",
            Instant.ofEpochMilli(1),
            "{}".getBytes(UTF_8));
    assertThat(inbox.append(event)).isEqualTo(Appended.STORED);
    assertThat(inbox.claim(10, Duration.ZERO)).hasSize(1);
    inbox.probe();
  }

  @Test
  void logsInWithUserPasswordAndDatabase() throws Exception {
    try (RedisProcess redis = RedisProcess.start(folder)) {
      redis.command("ACL", "SETUSER", "bridge", "on", ">p@ss", "~p:*", "+@all");
      redis.command("SELECT", "3");
      String url = redis.url().replace("redis://", "redis://bridge:p%40ss@") + "/3";
      try (RedisInbox inbox = open(url)) {
        assertWorks(inbox);
        assertThat(redis.command("INFO", "keyspace")).contains("db3:").doesNotContain("db0:");
      }
      assertThatThrownBy(() -> open(url.replace("ss@", "sss@")).close())
          .isInstanceOf(InboxException.Unusable.class)
          .hasMessageContaining("redis://bridge:***@127.0.0.1")
          .hasMessageContaining("WRONGPASS")
          .hasMessageNotContaining("ss@");
    }
  }

  @Test
  void logsInWithTheNewPasswordAtTheNextConnection() throws Exception {
    try (RedisProcess redis = RedisProcess.start(folder)) {
      redis.command("ACL", "SETUSER", "bridge", "on", ">old", "~p:*", "+@all");
      String url = redis.url().replace("redis://", "redis://bridge:old@");
      try (RedisInbox inbox = open(url)) {
        assertWorks(inbox);

        redis.command("ACL", "SETUSER", "bridge", ">new", "<old");
        inbox.useLogin(RedisUrl.of(url.replace(":old@", ":new@")).orElseThrow());
        inbox.probe();
        assertThat(redis.command("CLIENT", "KILL", "USER", "bridge")).isNotEqualTo("0");

        Eventually.until(() -> isConnected(inbox), () -> "no connection");
      }
    }
  }

  private static boolean isConnected(Inbox inbox) {
    try {
      inbox.probe();
      return true;
    } catch (InboxException _) {
      return false;
    }
  }

  @Test
  void reportsARefusedConnection() throws Exception {
    int port = RedisProcess.freePort();
    assertThatThrownBy(() -> open("redis://127.0.0.1:" + port).close())
        .isInstanceOf(InboxException.Unavailable.class)
        .hasMessageContaining("cannot open the inbox at redis://127.0.0.1:" + port + "/0")
        .hasMessageContaining("refused");
  }

  @Test
  void speaksTlsAndShowsItsCertificate() throws Exception {
    TestCertificate.create(folder, "EC", "localhost")
        .write(folder.resolve("cert.pem"), folder.resolve("key.pem"));
    int port = RedisProcess.freePort();
    try (RedisProcess redis =
        RedisProcess.start(
            folder,
            Stream.of(
                    List.of("--tls-port", Integer.toString(port), "--tls-auth-clients", "yes"),
                    List.of("--tls-cert-file", "cert.pem", "--tls-key-file", "key.pem"),
                    List.of("--tls-ca-cert-file", "cert.pem"))
                .flatMap(List::stream)
                .toArray(String[]::new))) {
      TlsTrust trust = new TlsTrust.File("cert.pem", new Secret(""));
      TlsIdentity identity = new TlsIdentity.Pem("cert.pem", "key.pem");
      String url = "rediss://localhost:" + port;
      try (RedisInbox inbox = open(settings(url, trust, identity))) {
        assertWorks(inbox);
      }
      assertThat(redis.command("PING")).isEqualTo("PONG");
      assertThatThrownBy(() -> open(settings(url, trust, new TlsIdentity.None())).close())
          .isInstanceOf(InboxException.Unavailable.class);
      assertThatThrownBy(() -> open(settings(url, new TlsTrust.JavaDefault(), identity)).close())
          .hasMessageContaining("unable to find valid certification path");
      String elsewhere = url.replace("localhost", "127.0.0.1");
      assertThatThrownBy(() -> open(settings(elsewhere, trust, identity)).close())
          .hasMessageContaining("No subject alternative names matching IP address 127.0.0.1");
      assertThatThrownBy(() ->
              open(settings(url, new TlsTrust.File("none.pem", new Secret("")), identity)).close())
          .isInstanceOf(InboxException.Unusable.class)
          .hasMessage("cannot use the CA certificates of 'none.pem': there is no such file");
    }
  }

  private static InboxSettings.Shared settings(String url, TlsTrust trust, TlsIdentity identity) {
    return new InboxSettings.Shared(
        RedisUrl.of(url).orElseThrow(),
        "p:",
        trust,
        identity,
        new RedisDurability.AsConfigured(),
        Optional.empty());
  }

  @Test
  void findsTheMasterThroughSentinels() throws Exception {
    try (RedisProcess redis = RedisProcess.start(folder);
        RedisProcess sentinel = RedisProcess.startSentinel(folder, redis)) {
      String url = "redis+sentinel://127.0.0.1:" + sentinel.port() + "/main";
      try (RedisInbox inbox = open(url)) {
        assertWorks(inbox);
        assertThat(redis.command("DBSIZE")).isNotEqualTo("0");
      }
      assertThatThrownBy(() -> open(url.replace("main", "other")).close())
          .isInstanceOf(InboxException.Unavailable.class);
    }
  }

  @Test
  void keepsTheInboxOnOneNodeOfACluster() throws Exception {
    try (RedisProcess one = RedisProcess.start(folder, clusterSettings("one"));
        RedisProcess two = RedisProcess.start(folder, clusterSettings("two"))) {
      one.command("CLUSTER", slots(0, 8_000));
      two.command("CLUSTER", slots(8_000, 16_384));
      one.command("CLUSTER", "MEET", "127.0.0.1", Integer.toString(two.port()));
      for (RedisProcess node : List.of(one, two)) {
        Instant deadline = Instant.now().plusSeconds(60);
        while (!node.command("CLUSTER", "INFO").contains("cluster_state:ok")) {
          assertThat(Instant.now()).isBefore(deadline);
        }
      }
      for (RedisProcess known : List.of(one, two)) {
        String url = known.url().replace("redis:", "redis+cluster:");
        try (RedisInbox inbox = open(RedisSettings.of(url, known.port() + ":"))) {
          assertWorks(inbox);
        }
      }
      // Only the text in braces decides the slot, so all keys of an inbox are on one node.
      String keyed = one.command("CLUSTER", "KEYSLOT", one.port() + ":{inbox}:stream");
      RedisProcess owner = Integer.parseInt(keyed) < 8_000 ? one : two;
      assertThat(owner.command("DBSIZE")).isNotEqualTo("0");
    }
  }

  private static String[] clusterSettings(String name) {
    return new String[] {"--cluster-enabled", "yes", "--cluster-config-file", name + ".conf"};
  }

  private static String[] slots(int from, int to) {
    return Stream.concat(
            Stream.of("ADDSLOTS"), IntStream.range(from, to).mapToObj(Integer::toString))
        .toArray(String[]::new);
  }
}
