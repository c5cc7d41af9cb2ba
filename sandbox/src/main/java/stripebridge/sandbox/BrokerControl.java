package stripebridge.sandbox;

import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import stripebridge.sandbox.internal.semp.RecordJson;
import stripebridge.sandbox.internal.semp.SandboxControl;

/// Lets tests in other processes inject faults and read recorded messages.
final class BrokerControl implements SandboxControl {
  private final SandboxBroker broker;
  private final RecordJson<Fault> json = new RecordJson<>(Fault.class);
  private final List<Map<String, Object>> injected = new CopyOnWriteArrayList<>();

  BrokerControl(SandboxBroker broker) {
    this.broker = broker;
  }

  @Override
  public Map<String, Object> inject(Map<String, Object> fault) {
    Fault read = json.read(fault);
    broker.inject(read);
    Map<String, Object> understood = json.write(read);
    injected.add(understood);
    return understood;
  }

  @Override
  public List<Map<String, Object>> faults() {
    return List.copyOf(injected);
  }

  @Override
  public void clearFaults() {
    injected.clear();
    broker.clearFaults();
  }

  @Override
  public List<Map<String, Object>> recorded(String vpn, String queue) {
    try {
      return broker.vpn(vpn).queue(queue).recorded().stream().map(RecordJson::members).toList();
    } catch (SandboxException e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    }
  }
}
