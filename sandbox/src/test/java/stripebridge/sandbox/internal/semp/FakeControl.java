package stripebridge.sandbox.internal.semp;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// Stores the injected faults.
final class FakeControl implements SandboxControl {

  private final RecordJson<TestFault> json = new RecordJson<>(TestFault.class);
  final List<TestFault> mishaps = new ArrayList<>();

  sealed interface TestFault {
    record FailSemp(int status, long times) implements TestFault {
      public FailSemp {
        if (times < 1) {
          throw new IllegalArgumentException("times is below 1");
        }
      }
    }

    record SlowSemp(Duration delay) implements TestFault {}
  }

  @Override
  public Map<String, Object> inject(Map<String, Object> fault) {
    TestFault mishap = json.read(fault);
    mishaps.add(mishap);
    return json.write(mishap);
  }

  @Override
  public List<Map<String, Object>> faults() {
    return mishaps.stream().map(json::write).toList();
  }

  @Override
  public void clearFaults() {
    mishaps.clear();
  }

  @Override
  public List<Map<String, Object>> recorded(String vpn, String queue) {
    if (!queue.equals("orders")) {
      throw new IllegalArgumentException("there is no queue '" + queue + "'");
    }
    return List.of(Map.of("vpn", vpn, "queue", queue));
  }
}
