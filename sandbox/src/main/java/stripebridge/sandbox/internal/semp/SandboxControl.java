package stripebridge.sandbox.internal.semp;

import java.util.List;
import java.util.Map;

/// What tests of other processes can do to a running sandbox, in JSON's terms.
public interface SandboxControl {

  /// Makes something go wrong from now on.
  ///
  /// @return the fault as it was understood
  /// @throws IllegalArgumentException with a sentence, when that is no fault
  Map<String, Object> inject(Map<String, Object> fault);

  /// The faults that were injected since the last [#clearFaults()].
  List<Map<String, Object>> faults();

  void clearFaults();

  /// The messages that reached a queue, consumed or not, oldest first.
  ///
  /// @throws IllegalArgumentException with a sentence, when there is no such queue
  List<Map<String, Object>> recorded(String vpn, String queue);
}
