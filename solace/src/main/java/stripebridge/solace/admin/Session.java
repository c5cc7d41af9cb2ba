package stripebridge.solace.admin;

import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import okhttp3.Cookie;
import okhttp3.CookieJar;
import okhttp3.HttpUrl;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import stripebridge.core.broker.BrokerException;
import stripebridge.core.config.SempSettings;
import stripebridge.semp.ApiClient;
import stripebridge.solace.TrustedCertificates;

/// One administrator's way to SEMP: connections, credentials, cookies, patience.
final class Session implements AutoCloseable {
  private final OkHttpClient http;
  private final SempSettings settings;

  Session(SempSettings settings, SempOptions options) throws BrokerException {
    this.settings = settings;
    OkHttpClient.Builder builder =
        new OkHttpClient.Builder()
            .connectTimeout(options.timeout())
            .readTimeout(options.timeout())
            .writeTimeout(options.timeout())
            .retryOnConnectionFailure(true)
            .followRedirects(false)
            .cookieJar(new Cookies())
            .addInterceptor(new Patience(options.pause(), options.interval()))
            .addInterceptor(chain -> chain.proceed(encoded(chain.request())));
    Optional<KeyStore> trusted = TrustedCertificates.read(settings.trust());
    if (trusted.isPresent()) {
      trust(builder, trusted.get());
    }
    http = builder.build();
  }

  private static void trust(OkHttpClient.Builder builder, KeyStore trusted) throws BrokerException {
    try {
      TrustManagerFactory factory =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      factory.init(trusted);
      TrustManager[] managers = factory.getTrustManagers();
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, managers, null);
      builder.sslSocketFactory(context.getSocketFactory(), (X509TrustManager) managers[0]);
    } catch (GeneralSecurityException e) {
      throw new BrokerException.Invalid("cannot use the trusted certificates: " + e, e);
    }
  }

  /// The generated client leaves a star in a path as it is; SEMP wants all but the unreserved
  /// characters encoded, and the comma between two keys alone.
  private static Request encoded(Request request) {
    HttpUrl url = request.url();
    String path = url.encodedPath();
    return path.indexOf('*') < 0
        ? request
        : request
            .newBuilder()
            .url(url.newBuilder().encodedPath(path.replace("*", "%2A")).build())
            .build();
  }

  /// A client of one of the three APIs: `config`, `monitor`, `action`.
  ApiClient client(String api) {
    ApiClient client = new ApiClient(http);
    client.setBasePath(settings.base() + "/SEMP/v2/" + api);
    client.setUserAgent("stripebridge");
    switch (settings.credentials()) {
      case SempSettings.Credentials.Basic(var username, var password) -> {
        client.setUsername(username);
        client.setPassword(password.reveal());
      }
      case SempSettings.Credentials.Token(var token) -> client.setBearerToken(token.reveal());
    }
    return client;
  }

  @Override
  public void close() {
    http.dispatcher().cancelAll();
    http.dispatcher().executorService().shutdown();
    http.connectionPool().evictAll();
  }

  /// The broker has few sessions and opens one per login; the cookie keeps to one.
  private static final class Cookies implements CookieJar {
    private final ConcurrentMap<String, Cookie> cookies = new ConcurrentHashMap<>();

    @Override
    public void saveFromResponse(HttpUrl url, List<Cookie> fresh) {
      fresh.forEach(cookie -> cookies.put(cookie.name(), cookie));
    }

    @Override
    public List<Cookie> loadForRequest(HttpUrl url) {
      return cookies.values().stream().filter(cookie -> cookie.matches(url)).toList();
    }
  }

  /// How requests are made.
  ///
  /// @param interval the least time between two requests
  /// @param timeout for connecting, and for each wait for an answer
  record SempOptions(Duration interval, Duration timeout, Patience.Pause pause) {}
}
