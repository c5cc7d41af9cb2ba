package stripebridge.cli.trigger;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.Test;
import stripebridge.cli.StopRequest;
import stripebridge.cli.output.Ink;
import stripebridge.cli.output.OutputFormat;
import stripebridge.core.config.Secret;
import stripebridge.stripe.event.TestEvent;
import stripebridge.stripe.webhook.WebhookPoster;
import stripebridge.stripe.webhook.WebhookSigner;

class WebhookSenderTest {
  @Test
  void propagatesAnErrorOfASendingThread() throws Exception {
    PrintStream broken =
        new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8) {
          @Override
          public void println(String line) {
            throw new NoClassDefFoundError("of the test");
          }
        };
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          exchange.sendResponseHeaders(200, -1);
          exchange.close();
        });
    server.start();
    TestEvent event =
        TestEvent.of(
            "{\"id\":\"evt_1\",\"type\":\"payout.paid\"}".getBytes(StandardCharsets.UTF_8));
    try (WebhookPoster poster = new WebhookPoster()) {
      WebhookSender sending =
          new WebhookSender(
              poster,
              URI.create("http://127.0.0.1:" + server.getAddress().getPort()),
              new WebhookSigner(new Secret("whsec_of_the_test")),
              InstantSource.system(),
              Tamper.NOTHING,
              0,
              new OutcomeLines(OutputFormat.TABLE, broken, new Ink(false), 11));
      assertThatThrownBy(
              () -> sending.run(List.of(event).iterator(), new Pace(1_000, 8), new StopRequest()))
          .hasCauseInstanceOf(NoClassDefFoundError.class);
    } finally {
      server.stop(0);
    }
  }
}
