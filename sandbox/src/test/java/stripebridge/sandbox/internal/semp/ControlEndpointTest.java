package stripebridge.sandbox.internal.semp;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.Headers;
import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import stripebridge.sandbox.internal.semp.FakeControl.TestFault;

class ControlEndpointTest {

  private static final Map<String, String> JSON = Map.of("Content-Type", "application/json");

  private final SempHarness semp = new SempHarness();

  @AfterEach
  void stop() {
    semp.close();
  }

  @Test
  void injectsListsAndClearsFaults() {
    SempHarness.Reply injected = post("{'type':'failSemp','status':503,'times':2}");
    post("{'type':'slowSemp','delay':1500}");

    assertThat(injected.body().toString())
        .isEqualTo("{\"type\":\"failSemp\",\"status\":503,\"times\":2}");
    assertThat(semp.control.mishaps)
        .containsExactly(
            new TestFault.FailSemp(503, 2), new TestFault.SlowSemp(Duration.ofMillis(1500)));
    assertThat(call("GET").body().path("faults")).hasSize(2);
    assertThat(call("DELETE").body().path("faults")).isEmpty();
    assertThat(semp.control.mishaps).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          {'type':'explode'}                                 | one of [failSemp, slowSemp]
          {'status':503}                                     | one of [failSemp, slowSemp]
          {'type':'failSemp','status':503}                   | needs 'times'
          {'type':'failSemp','status':503,'times':0}         | times is below 1
          {'type':'failSemp','status':'x','times':1}         | of 'failSemp' is not of type int: x
          {'type':'failSemp','status':99999999999,'times':1} | is not of type int
          {'type':'slowSemp','delay':'1s'}                   | is not a number of milliseconds: 1s
          {'type':'slowSemp','delay':1,'more':2}             | has no 'more'; it has [delay]
          {                                                  | not JSON
          """)
  void refusesInvalidFaults(String body, String why) {
    SempHarness.Reply reply = post(body);

    assertThat(reply.status()).isEqualTo(400);
    assertThat(reply.body().path("error").asText()).contains(why);
    assertThat(semp.control.mishaps).isEmpty();
  }

  @Test
  void refusesABodyThatAWebPageCouldSend() {
    SempHarness.Reply reply =
        semp.send(
            "POST",
            "/sandbox/faults",
            Optional.of("{'type':'slowSemp','delay':1}"),
            Map.of("Content-Type", "text/plain"));

    assertThat(reply.status()).isEqualTo(415);
    assertThat(reply.body().path("error").asText()).contains("'text/plain'");
  }

  @Test
  void refusesAHostNameThatIsNotLoopback() {
    Headers headers = new Headers();
    headers.set("Host", "evil.example:8081");

    ControlEndpoint.Reply reply =
        new ControlEndpoint(semp.control)
            .answer("GET", "/sandbox/faults", null, headers, new byte[0]);

    assertThat(reply.status()).isEqualTo(403);
    assertThat(reply.body().toString()).contains("'evil.example'");
  }

  @Test
  void refusesOtherMachines() throws IOException {
    InetAddress other = InetAddress.getByAddress(new byte[] {10, 0, 0, 7});

    assertThat(ControlEndpoint.refusal(InetAddress.getLoopbackAddress())).isEmpty();
    assertThat(ControlEndpoint.refusal(other).orElseThrow().body().toString()).contains("10.0.0.7");
  }

  @Test
  void showsRecordedMessages() {
    assertThat(get("recorded?queue=orders").body().toString())
        .contains("\"queue\":\"orders\"")
        .contains("\"vpn\":\"default\"");
    assertThat(get("recorded?queue=none").status()).isEqualTo(400);
    assertThat(get("recorded").status()).isEqualTo(400);
    assertThat(get("recorded?queue=a&queue=b").status()).isEqualTo(400);
    assertThat(get("nonsense").status()).isEqualTo(404);
    assertThat(call("PATCH").status()).isEqualTo(405);
  }

  @Test
  void isUnaffectedByFaultsThatFailSemp() {
    semp.engine.faults().failSemp(503, 1);
    semp.engine.faults().slowSemp(1);

    assertThat(call("GET").status()).isEqualTo(200);
    assertThat(semp.get("/SEMP/v2/config/about/api").status()).isEqualTo(503);
    assertThat(semp.get("/SEMP/v2/config/about/api").status()).isEqualTo(200);
  }

  private SempHarness.Reply post(String body) {
    return semp.send("POST", "/sandbox/faults", Optional.of(body), JSON);
  }

  private SempHarness.Reply call(String method) {
    return semp.send(method, "/sandbox/faults", Optional.empty(), Map.of());
  }

  private SempHarness.Reply get(String path) {
    return semp.send("GET", "/sandbox/" + path, Optional.empty(), Map.of());
  }
}
