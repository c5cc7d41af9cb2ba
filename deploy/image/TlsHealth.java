import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;

/// Asks for /health over TLS; `health` runs it when the bridge speaks TLS. Ends with 0, or with 1
/// and one line that says why.
///
/// It trusts every certificate: the certificate names the public host, and the question is only
/// whether the bridge of the same container answers. It sends nothing that is secret.
///
/// Compiled by the build of the image; not part of the application.
final class TlsHealth {
  // Less than the timeout of the check, or the reason would be lost.
  private static final int MILLIS_MAX = 4000;

  private TlsHealth() {}

  /// @param arguments the host and the port
  public static void main(String[] arguments) throws GeneralSecurityException {
    String host = arguments[0];
    int port = Integer.parseInt(arguments[1]);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, new TrustManager[] {new TrustsAll()}, null);
    String place = host + " port " + port;
    try (SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket()) {
      socket.connect(new InetSocketAddress(host, port), MILLIS_MAX);
      socket.setSoTimeout(MILLIS_MAX);
      String request =
          "GET /health HTTP/1.1\r\nHost: %s:%d\r\nConnection: close\r\n\r\n".formatted(host, port);
      socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
      String status =
          new BufferedReader(
                  new InputStreamReader(socket.getInputStream(), StandardCharsets.ISO_8859_1))
              .readLine();
      end(
          status != null && status.startsWith("HTTP/1.1 200 "),
          place + " answered '" + status + "' to GET /health");
    } catch (IOException e) {
      end(false, "no answer over TLS from " + place + ": " + e.getMessage());
    }
  }

  private static void end(boolean isHealthy, String reason) {
    if (!isHealthy) {
      System.out.println(reason);
    }
    System.exit(isHealthy ? 0 : 1);
  }

  private static final class TrustsAll implements X509TrustManager {
    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type) {}

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }
}
