package stripebridge.sandbox.internal.semp;

import static org.assertj.core.api.Assertions.assertThat;
import static stripebridge.sandbox.internal.semp.SempHarness.ADMIN;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Every request gets an envelope, and never an internal error.
class SempFuzzTest {

  private static final Set<Integer> TOLD = Set.of(200, 400, 404);
  private static final List<String> METHODS = List.of("GET", "POST", "PUT", "PATCH", "DELETE");
  private static final List<String> SEGMENTS =
      List.of(
          "SEMP",
          "v2",
          "config",
          "monitor",
          "action",
          "msgVpns",
          "default",
          "queues",
          "q",
          "msgs",
          "1",
          "-1",
          "9223372036854775808",
          "txFlows",
          "clients",
          "subscriptions",
          "aclProfiles",
          "publishTopicExceptions",
          "smf,a%2Fb",
          "smf%2Ca",
          ",",
          "clientProfiles",
          "clientUsernames",
          "deleteMsgs",
          "copyMsgFromQueue",
          "delete",
          "disconnect",
          "about",
          "api",
          "user",
          "%00",
          "%FF",
          "",
          "%20",
          "*");
  private static final List<String> PARAMETERS =
      List.of(
          "count=1",
          "count=-1",
          "count=99999999999",
          "cursor=",
          "cursor=AAAA",
          "cursor=Lw",
          "select=*",
          "select=-*",
          "select=,",
          "select=.",
          "select=queueName.x",
          "where=",
          "where=a==",
          "where=maxTtl%3C",
          "where=queueName==*,*",
          "forceFullPage=maybe",
          "=",
          "&",
          "x=y",
          "where=msgId%3E1",
          "select=event*.set*");
  private static final List<String> BODIES =
      List.of(
          "",
          "{}",
          "[]",
          "null",
          "1",
          "{'queueName':'r'}",
          "{'queueName':{}}",
          "{'queueName':[]}",
          "{'maxTtl':1e9}",
          "{'maxTtl':99999999999999999999}",
          "{'eventBindCountThreshold':{'setPercent':{}}}",
          "{'eventBindCountThreshold':{'setValue':1,'clearValue':null}}",
          "{'sourceQueueName':'q','replicationGroupMsgId':'x'}",
          "{'':''}",
          "{'msgVpnName':'w'}",
          "{'clientUsername':'u'}",
          "{'subscriptionTopic':''}",
          "{'aclProfileName':'x'}");

  private final SempHarness semp = new SempHarness();

  @BeforeEach
  void createQueue() {
    semp.post("/SEMP/v2/config/msgVpns/default/queues", "{'queueName':'q'}");
    semp.broker.put("q", Samples.message(1, 10));
  }

  @AfterEach
  void stop() {
    semp.close();
  }

  @Test
  void answersAnyRequest() {
    String given = System.getProperty("seed", "");
    long seed = given.isEmpty() ? System.nanoTime() : Long.parseLong(given);
    RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
    for (int round = 0; round < rounds(); round++) {
      String method = any(METHODS, random);
      String path = path(random) + query(random);
      String body = any(BODIES, random);

      SempHarness.Reply reply =
          semp.send(
              method, path, method.equals("GET") ? Optional.empty() : Optional.of(body), ADMIN);

      String asked = "%s %s %s (seed %d)".formatted(method, path, body, seed);
      assertThat(TOLD).as(asked + reply.body()).contains(reply.status());
      assertThat(reply.body().at("/meta/responseCode").asInt()).as(asked).isEqualTo(reply.status());
    }
  }

  private static int rounds() {
    String rounds = System.getProperty("rounds", "");
    return rounds.isEmpty() ? 500 : Integer.parseInt(rounds);
  }

  private static String path(RandomGenerator random) {
    StringBuilder path = new StringBuilder();
    // Most begin like real paths; otherwise nothing behind the first check would be reached.
    if (random.nextInt(10) > 0) {
      path.append("/SEMP/v2/").append(any(List.of("config", "monitor", "action"), random));
    }
    if (random.nextInt(4) > 0) {
      path.append("/msgVpns/default");
    }
    if (random.nextInt(3) > 0) {
      path.append("/queues/q");
    }
    for (int more = random.nextInt(4); more > 0; more--) {
      path.append('/').append(any(SEGMENTS, random));
    }
    // The JDK's server takes "//name" for a host and answers itself, in HTML.
    return path.isEmpty() || path.indexOf("//") == 0 ? "/" : path.toString();
  }

  private static String query(RandomGenerator random) {
    ArrayList<String> parameters = new ArrayList<>();
    for (int more = random.nextInt(3); more > 0; more--) {
      parameters.add(any(PARAMETERS, random));
    }
    return parameters.isEmpty() ? "" : "?" + String.join("&", parameters);
  }

  private static <T> T any(List<T> list, RandomGenerator random) {
    return list.get(random.nextInt(list.size()));
  }
}
