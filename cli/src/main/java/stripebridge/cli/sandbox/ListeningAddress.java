package stripebridge.cli.sandbox;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import stripebridge.cli.CommandFailure;
import stripebridge.core.problem.Quoted;

/// Parses `--bind`.
public final class ListeningAddress {
  private ListeningAddress() {}

  /// An address of this machine.
  ///
  /// @throws CommandFailure when it is not an address, or another machine's
  public static InetAddress of(String text) {
    InetAddress address;
    try {
      address = InetAddress.ofLiteral(text);
    } catch (IllegalArgumentException _) {
      throw refused(text, "it is not an IP address");
    }
    // Interface lists do not contain all of 127.0.0.0/8, so try to bind instead.
    try (ServerSocket _ = new ServerSocket(0, 1, address)) {
      return address;
    } catch (IOException _) {
      throw refused(text, "this machine does not have that address");
    }
  }

  private static CommandFailure refused(String text, String why) {
    return CommandFailure.usage(
        "cannot listen on " + Quoted.of(text) + ": " + why,
        "pass an address of this machine with --bind, or 0.0.0.0 for all of them");
  }
}
