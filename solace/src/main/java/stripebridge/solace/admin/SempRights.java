package stripebridge.solace.admin;

import com.google.gson.JsonObject;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import okhttp3.Request;
import stripebridge.core.broker.BrokerException;
import stripebridge.core.topology.model.ObjectKind;

/// Finds out what the user may not write. A client profile needs write access to the whole broker,
/// everything else only to its message VPN; global write access includes every message VPN.
///
/// Brokers that do not say, and access levels unknown here, count as permitted: the broker has the
/// last word on the write itself.
final class SempRights {
  private static final Set<String> TOO_LOW = Set.of("none", "read-only");

  private final SempConnection connection;
  private final SempApis apis;
  private final String vpn;

  SempRights(SempConnection connection, SempApis apis, String vpn) {
    this.connection = connection;
    this.apis = apis;
    this.vpn = vpn;
  }

  /// Each unwritable kind with the access that it needs.
  Map<ObjectKind, String> unwritable() throws BrokerException, InterruptedException {
    Map<ObjectKind, String> unwritable = new EnumMap<>(ObjectKind.class);
    Request global = apis.config(api -> api.getAboutUserCall(null, null));
    if (!isTooLow(global, "globalAccessLevel")) {
      return unwritable;
    }
    unwritable.put(ObjectKind.CLIENT_PROFILE, "global read-write");
    Request local = apis.config(api -> api.getAboutUserMsgVpnCall(vpn, null, null));
    if (isTooLow(local, "accessLevel")) {
      for (ObjectKind kind : ObjectKind.values()) {
        unwritable.putIfAbsent(kind, "read-write on message VPN '" + vpn + "'");
      }
    }
    return unwritable;
  }

  private boolean isTooLow(Request request, String attribute)
      throws BrokerException, InterruptedException {
    SempResponse answer = connection.ask(SempOperation.of("read the rights of the user"), request);
    return answer instanceof SempResponse.Done(JsonObject body)
        && Optional.of(SempJson.object(body, "data"))
            .flatMap(data -> SempJson.text(data, attribute))
            .filter(TOO_LOW::contains)
            .isPresent();
  }
}
