package stripebridge.solace.admin;

import java.net.URI;
import okhttp3.Call;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import stripebridge.core.config.SempSettings.Credentials;
import stripebridge.semp.config.ConfigApi;
import stripebridge.semp.monitor.MonitorApi;

/// Builds requests with the generated clients without sending them: [SempConnection] sends them,
/// with its own retries.
final class SempApis {
  private static final String USER_AGENT = "stripebridge";

  private final ConfigApi config;
  private final MonitorApi monitor;

  SempApis(URI base, Credentials credentials, OkHttpClient http) {
    ConfigClient configClient = new ConfigClient(http);
    MonitorClient monitorClient = new MonitorClient(http);
    configClient.setBasePath(base + "/SEMP/v2/config").setUserAgent(USER_AGENT);
    monitorClient.setBasePath(base + "/SEMP/v2/monitor").setUserAgent(USER_AGENT);
    switch (credentials) {
      case Credentials.Basic basic -> {
        configClient.setUsername(basic.username());
        configClient.setPassword(basic.password().reveal());
        monitorClient.setUsername(basic.username());
        monitorClient.setPassword(basic.password().reveal());
      }
      case Credentials.Token token -> {
        configClient.setBearerToken(token.token().reveal());
        monitorClient.setBearerToken(token.token().reveal());
      }
    }
    this.config = new ConfigApi(configClient);
    this.monitor = new MonitorApi(monitorClient);
  }

  /// Makes a request of the configuration API.
  interface ConfigCall {
    Call of(ConfigApi api) throws stripebridge.semp.config.ApiException;
  }

  /// Makes a request of the monitoring API.
  interface MonitorCall {
    Call of(MonitorApi api) throws stripebridge.semp.monitor.ApiException;
  }

  Request config(ConfigCall call) {
    try {
      return call.of(config).request();
    } catch (stripebridge.semp.config.ApiException e) {
      throw new IllegalArgumentException(e); // A required parameter is null.
    }
  }

  Request monitor(MonitorCall call) {
    try {
      return call.of(monitor).request();
    } catch (stripebridge.semp.monitor.ApiException e) {
      throw new IllegalArgumentException(e);
    }
  }

  private static final class ConfigClient extends stripebridge.semp.config.ApiClient {
    ConfigClient(OkHttpClient http) {
      super(http);
    }

    @Override
    public String escapeString(String text) {
      return PathEncoder.encode(text);
    }
  }

  private static final class MonitorClient extends stripebridge.semp.monitor.ApiClient {
    MonitorClient(OkHttpClient http) {
      super(http);
    }

    @Override
    public String escapeString(String text) {
      return PathEncoder.encode(text);
    }
  }
}
