package stripebridge.sandbox.internal.semp;

import java.util.List;
import java.util.Map;

/// What tests in other processes can do with a running sandbox, with JSON values.
public interface SandboxControl {

  /// Injects a fault.
  ///
  /// @return the fault as it was understood
  /// @throws IllegalArgumentException when this is not a fault; the message says why
  Map<String, Object> inject(Map<String, Object> fault);

  /// The faults that were injected since the last [#clearFaults()].
  List<Map<String, Object>> faults();

  void clearFaults();

  /// The messages that reached a queue, consumed or not, oldest first.
  ///
  /// @throws IllegalArgumentException when there is no such queue
  List<Map<String, Object>> recorded(String vpn, String queue);
}
