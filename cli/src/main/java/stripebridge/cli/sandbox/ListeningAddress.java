package stripebridge.cli.sandbox;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import stripebridge.cli.CommandFailure;
import stripebridge.core.problem.Quoted;

/// Reads `--bind`.
public final class ListeningAddress {
  private ListeningAddress() {}

  /// An address that this machine has.
  ///
  /// @throws CommandFailure for what is no address, or another machine's
  public static InetAddress of(String text) {
    InetAddress address;
    try {
      address = InetAddress.ofLiteral(text);
    } catch (IllegalArgumentException _) {
      throw refused(text, "it is no IP address");
    }
    // No list of addresses has all of 127.0.0.0/8: the system is asked for any port instead.
    try (ServerSocket _ = new ServerSocket(0, 1, address)) {
      return address;
    } catch (IOException _) {
      throw refused(text, "it is no address of this machine");
    }
  }

  private static CommandFailure refused(String text, String why) {
    return CommandFailure.usage(
        "cannot listen on " + Quoted.of(text) + ": " + why,
        "pass one of this machine with --bind, or 0.0.0.0 for all of them");
  }
}
