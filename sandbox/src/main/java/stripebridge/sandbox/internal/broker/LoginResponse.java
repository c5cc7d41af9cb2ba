package stripebridge.sandbox.internal.broker;

import java.util.Locale;
import stripebridge.sandbox.internal.smf.ByteWriter;
import stripebridge.sandbox.internal.smf.ClientControl;
import stripebridge.sandbox.internal.smf.ControlFrame;
import stripebridge.sandbox.internal.smf.Response;

/// The response to an accepted login: the client's name, its inbox and the broker's capabilities.
/// Offers nothing that the sandbox lacks or that the client profile forbids.
final class LoginResponse {
  static final String VIRTUAL_ROUTER = "v:sandbox";

  /// The broker's own limit for guaranteed messages, in bytes.
  static final int GUARANTEED_BYTES_MAX = 30_000_000;

  // Bits of the capability bitmap, one int per byte.
  private static final int CONSUMER_FLOWS = 0x20;
  private static final int TEMPORARY_ENDPOINTS = 0x10;
  private static final int PUBLISHER_FLOWS = 0x08;
  private static final int BROWSER = 0x04;
  private static final int ENDPOINT_MANAGEMENT = 0x02;
  private static final int ENDPOINT_TTL = 0x80;
  private static final int QUEUE_SUBSCRIPTIONS = 0x40;
  private static final int FLOW_RECOVERY = 0x20;
  private static final int FLOW_CHANGES = 0x01;
  private static final int DISCARD_BEHAVIOR = 0x40;
  private static final int SETTLEMENT = 0x40;
  private static final int LONG_EXTENDED_PARAMETERS = 0x20;
  private static final int BOOLEANS = 32;

  private LoginResponse() {}

  static String inboxPrefix(String clientName) {
    String hash = String.format(Locale.ROOT, "%08x", clientName.hashCode());
    return "#P2P/" + VIRTUAL_ROUTER + "/" + hash + "/" + clientName;
  }

  static byte[] accepted(int tag, String vpn, String clientName, ClientProfile profile) {
    return ControlFrame.client(tag, Response.OK, ClientControl.LOGIN)
        .text(ClientControl.SOFTWARE_VERSION, "10.25.11.0-sandbox")
        .text(ClientControl.SOFTWARE_DATE, "Nov 20 2026")
        .text(ClientControl.PLATFORM, "stripebridge sandbox")
        .text(ClientControl.CLIENT_NAME, clientName)
        .text(ClientControl.VPN, vpn)
        .text(ClientControl.INBOX_PREFIX, inboxPrefix(clientName))
        .bytes(ClientControl.CAPABILITIES, capabilities(profile))
        .text(ClientControl.VIRTUAL_ROUTER, VIRTUAL_ROUTER)
        .text(ClientControl.ROUTER, "sandbox")
        .bytes(ClientControl.EXTENDED_CAPABILITIES, assuredVersions())
        .toBytes();
  }

  private static byte[] capabilities(ClientProfile profile) {
    int first = BROWSER;
    first |= profile.mayReceiveGuaranteed() ? CONSUMER_FLOWS : 0;
    first |= profile.maySendGuaranteed() ? PUBLISHER_FLOWS : 0;
    first |= profile.mayCreateTemporary() ? TEMPORARY_ENDPOINTS : 0;
    first |= profile.mayCreateDurable() ? ENDPOINT_MANAGEMENT : 0;
    ByteWriter out = new ByteWriter(64).u8(BOOLEANS).u8(first);
    out.u8(ENDPOINT_TTL | QUEUE_SUBSCRIPTIONS | FLOW_RECOVERY | FLOW_CHANGES);
    out.u8(DISCARD_BEHAVIOR);
    out.u8(SETTLEMENT | LONG_EXTENDED_PARAMETERS);
    // Typed values: type, total length, value.
    out.u8(0).u32(9).u32(0); // port speed
    out.u8(1).u32(6).u8(0); // port type
    out.u8(2).u32(9).u32(GUARANTEED_BYTES_MAX);
    out.u8(3).u32(9).u32(GUARANTEED_BYTES_MAX);
    return out.toBytes();
  }

  /// No booleans; value 4 is the range of AssuredCtrl versions, 1 to 4.
  private static byte[] assuredVersions() {
    return new ByteWriter(8).u8(0).u8(4).u32(7).u8(1).u8(4).toBytes();
  }
}
