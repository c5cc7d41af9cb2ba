package stripebridge.stripe.webhook;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.client.WireMock.binaryEqualTo;
import static com.github.tomakehurst.wiremock.client.WireMock.equalTo;
import static com.github.tomakehurst.wiremock.client.WireMock.equalToIgnoreCase;
import static com.github.tomakehurst.wiremock.client.WireMock.post;
import static com.github.tomakehurst.wiremock.client.WireMock.postRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.urlEqualTo;
import static com.github.tomakehurst.wiremock.core.WireMockConfiguration.options;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.github.tomakehurst.wiremock.WireMockServer;
import com.github.tomakehurst.wiremock.client.ResponseDefinitionBuilder;
import com.github.tomakehurst.wiremock.http.Fault;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class WebhookPosterTest {
  private static final byte[] BODY = "{\"id\":\"evt_1\"}".getBytes(UTF_8);

  private final WireMockServer server =
      new WireMockServer(options().dynamicPort().bindAddress("127.0.0.1"));
  private final WebhookPoster poster = new WebhookPoster();

  @BeforeEach
  void start() {
    server.start();
  }

  @AfterEach
  void stop() {
    poster.close();
    server.stop();
  }

  private PostResult posted(ResponseDefinitionBuilder answer) throws InterruptedException {
    server.stubFor(post(anyUrl()).willReturn(answer));
    return poster.post(URI.create(server.baseUrl() + "/webhooks/stripe"), BODY, "t=1,v1=2");
  }

  private static PostResult withoutLatency(PostResult result) {
    assertThat(result.latency()).isPositive();
    return switch (result) {
      case PostResult.Answered a ->
          new PostResult.Answered(
              a.status(), a.duplicate(), a.error(), a.sentence(), Duration.ZERO);
      case PostResult.Unreachable u -> new PostResult.Unreachable(u.reason(), Duration.ZERO);
    };
  }

  @Test
  void postsTheBytesWithTheirSignature() throws Exception {
    PostResult result = posted(aResponse().withBody("{\"received\":true}"));

    assertThat(withoutLatency(result))
        .isEqualTo(new PostResult.Answered(200, false, null, null, Duration.ZERO));
    server.verify(
        postRequestedFor(urlEqualTo("/webhooks/stripe"))
            .withHeader("Stripe-Signature", equalTo("t=1,v1=2"))
            .withHeader("Content-Type", equalToIgnoreCase("application/json; charset=utf-8"))
            .withRequestBody(binaryEqualTo(BODY)));
  }

  @Test
  void omitsTheSignatureOnRequest() throws Exception {
    server.stubFor(post(anyUrl()).willReturn(aResponse()));
    poster.post(URI.create(server.baseUrl()), BODY, null);

    server.verify(postRequestedFor(anyUrl()).withoutHeader("Stripe-Signature"));
  }

  @Test
  void reportsADuplicate() throws Exception {
    assertThat(withoutLatency(posted(aResponse().withBody("{\"duplicate\":true}"))))
        .isEqualTo(new PostResult.Answered(200, true, null, null, Duration.ZERO));
  }

  @Test
  void reportsARefusalWithItsCode() throws Exception {
    String body = "{\"error\":\"signature_mismatch\",\"message\":\"No signature matches.\"}";
    assertThat(withoutLatency(posted(aResponse().withStatus(400).withBody(body))))
        .isEqualTo(
            new PostResult.Answered(
                400, false, "signature_mismatch", "No signature matches.", Duration.ZERO));
  }

  @Test
  void acceptsAnyAnswerOfAProxy() throws Exception {
    for (String body : new String[] {"", "<html>", "[1]", "{\"error\":{}}", "x".repeat(1 << 20)}) {
      assertThat(withoutLatency(posted(aResponse().withStatus(502).withBody(body))))
          .isEqualTo(new PostResult.Answered(502, false, null, null, Duration.ZERO));
    }
  }

  @Test
  void limitsTheSizeOfAnAnswer() throws Exception {
    PostResult result = posted(aResponse().withBody("x".repeat((1 << 20) + 1)));

    assertThat(withoutLatency(result))
        .isEqualTo(
            new PostResult.Unreachable(
                "the answer could not be read: body exceeds capacity: 1048576", Duration.ZERO));
  }

  @Test
  void followsNoRedirect() throws Exception {
    PostResult result = posted(aResponse().withStatus(307).withHeader("Location", "/elsewhere"));

    assertThat(withoutLatency(result))
        .isEqualTo(new PostResult.Answered(307, false, null, null, Duration.ZERO));
    server.verify(1, postRequestedFor(anyUrl()));
  }

  @Test
  void reportsARefusedConnection() throws Exception {
    assertThat(withoutLatency(poster.post(URI.create("http://127.0.0.1:" + freePort()), BODY, "")))
        .isEqualTo(new PostResult.Unreachable("connection refused", Duration.ZERO));
  }

  @Test
  void reportsAnUnknownHost() throws Exception {
    assertThat(withoutLatency(poster.post(URI.create("http://nowhere.invalid"), BODY, "")))
        .isEqualTo(new PostResult.Unreachable("there is no such host", Duration.ZERO));
  }

  @Test
  void reportsABrokenConnection() throws Exception {
    PostResult result = posted(aResponse().withFault(Fault.EMPTY_RESPONSE));

    assertThat(withoutLatency(result).toString()).contains("the answer could not be read");
  }

  @Test
  void timesOutWhenAnAnswerStopsHalfway() throws Exception {
    try (ServerSocket listening = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        WebhookPoster hasty = new WebhookPoster(null, Duration.ofMillis(500))) {
      FutureTask<Integer> server =
          new FutureTask<>(() -> {
            try (Socket socket = listening.accept()) {
              socket
                  .getOutputStream()
                  .write("HTTP/1.1 200 OK\r\nContent-Length: 20\r\n\r\n{\"dupli".getBytes(UTF_8));
              // Reads the request, then waits for the end of the connection.
              return socket.getInputStream().readAllBytes().length;
            }
          });
      Thread.ofVirtual().start(server);

      PostResult result =
          hasty.post(URI.create("http://127.0.0.1:" + listening.getLocalPort()), BODY, null);

      assertThat(withoutLatency(result))
          .isEqualTo(new PostResult.Unreachable("no whole answer within 0 s", Duration.ZERO));
      assertThat(server.get(30, TimeUnit.SECONDS)).isPositive();
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }
}
