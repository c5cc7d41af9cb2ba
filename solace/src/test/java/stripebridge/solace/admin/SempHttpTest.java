package stripebridge.solace.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import okhttp3.ConnectionSpec;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Protocol;
import okhttp3.Request;
import okhttp3.Response;
import okhttp3.ResponseBody;
import okio.BufferedSource;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import stripebridge.core.config.TlsTrust;

class SempHttpTest {
  /// A body whose reading fails with an Error, as for lack of memory.
  private static final class Broken extends ResponseBody {
    @Override
    public @Nullable MediaType contentType() {
      return null;
    }

    @Override
    public long contentLength() {
      return -1;
    }

    @Override
    public BufferedSource source() {
      throw new NoClassDefFoundError("of the test");
    }
  }

  @Test
  void reportsAnErrorToTheCaller() {
    Request request = new Request.Builder().url("http://127.0.0.1/").build();
    Response response =
        new Response.Builder()
            .request(request)
            .protocol(Protocol.HTTP_1_1)
            .code(200)
            .message("OK")
            .body(new Broken())
            .build();
    SempHttp.ResponseFuture future = new SempHttp.ResponseFuture();
    try {
      future.onResponse(new OkHttpClient().newCall(request), response);
    } catch (NoClassDefFoundError _) {
      // Closing the response touches the body as well.
    }
    assertThatThrownBy(() -> future.get(30, TimeUnit.SECONDS))
        .hasCauseInstanceOf(NoClassDefFoundError.class);
  }

  /// Reading all certificates that Java trusts is a third of the time that `queues` takes.
  @Test
  void readsCertificatesForHttpsOnly() throws Exception {
    try (SempHttp plain = new SempHttp(URI.create("http://a"), new TlsTrust.JavaDefault());
        SempHttp tls = new SempHttp(URI.create("https://a"), new TlsTrust.JavaDefault())) {
      assertThat(plain.client().connectionSpecs()).containsExactly(ConnectionSpec.CLEARTEXT);
      assertThat(tls.client().x509TrustManager()).isNotNull();
      assertThat(tls.client().connectionSpecs()).contains(ConnectionSpec.MODERN_TLS);
    }
  }

  @Test
  void timesOutWhenAResponseStopsHalfway() throws Exception {
    try (ServerSocket listening = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        SempHttp http = new SempHttp(URI.create("http://127.0.0.1"), new TlsTrust.JavaDefault())) {
      FutureTask<Integer> server =
          new FutureTask<>(() -> {
            try (Socket socket = listening.accept()) {
              socket
                  .getOutputStream()
                  .write(
                      "HTTP/1.1 200 OK\r\nContent-Length: 20\r\n\r\n{\"data"
                          .getBytes(StandardCharsets.UTF_8));
              return socket.getInputStream().readAllBytes().length;
            }
          });
      Thread.ofVirtual().start(server);
      Request request =
          new Request.Builder().url("http://127.0.0.1:" + listening.getLocalPort()).build();
      assertThatThrownBy(() -> http.send(request, Duration.ofMillis(500)))
          .isInstanceOf(IOException.class);
    }
  }
}
