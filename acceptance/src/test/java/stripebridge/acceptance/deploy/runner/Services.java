package stripebridge.acceptance.deploy.runner;

import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServicePort;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/// The Services of a namespace, and what is outside of it: their names, addresses and balancers.
/// Guarded by the cluster's lock; the balancers read what they need without it.
final class Services implements AutoCloseable {
  private final Network network;
  private final String namespace;
  private final Map<String, Entry> entries = new LinkedHashMap<>();
  private volatile List<Endpoint> endpoints = List.of();

  /// A pod that a Service may send something to.
  ///
  /// @param ports its named ones
  private record Endpoint(
      String pod,
      String address,
      Map<String, String> labels,
      Map<String, Integer> ports,
      boolean isReady) {}

  /// @param address empty for a headless Service
  private record Entry(Service service, Optional<String> address, List<Forwarder> forwarders) {}

  Services(Network network, String namespace) {
    this.network = network;
    this.namespace = namespace;
  }

  /// Gives a name to something that runs outside of the cluster.
  ///
  /// @param ports those that pods connect to, and where each leads
  List<Forwarder> external(String host, Map<Integer, Supplier<List<InetSocketAddress>>> ports)
      throws IOException {
    String address = network.newAddress();
    List<Forwarder> forwarders = new ArrayList<>();
    for (Map.Entry<Integer, Supplier<List<InetSocketAddress>>> port : ports.entrySet()) {
      forwarders.add(Forwarder.start(address, port.getKey(), port.getValue()));
    }
    network.set(host, List.of(address));
    return forwarders;
  }

  /// Begins to serve a Service, if it is not served yet as it is.
  void put(Service service) throws IOException {
    String name = service.getMetadata().getName();
    Entry before = entries.get(name);
    if (before != null && before.service().getSpec().equals(service.getSpec())) {
      return;
    }
    remove(name);
    if ("None".equals(service.getSpec().getClusterIP())) {
      entries.put(name, new Entry(service, Optional.empty(), List.of()));
    } else {
      String address = network.newAddress();
      List<Forwarder> forwarders = new ArrayList<>();
      for (ServicePort port : service.getSpec().getPorts()) {
        forwarders.add(Forwarder.start(address, port.getPort(), () -> targets(service, port)));
      }
      entries.put(name, new Entry(service, Optional.of(address), forwarders));
      names(name).forEach(each -> network.set(each, List.of(address)));
    }
    setHeadlessNames();
  }

  void remove(String name) {
    Entry entry = entries.remove(name);
    if (entry != null) {
      entry.forwarders().forEach(Forwarder::close);
      names(name).forEach(network::remove);
    }
  }

  private List<InetSocketAddress> targets(Service service, ServicePort port) {
    IntOrString target =
        Optional.ofNullable(port.getTargetPort()).orElse(new IntOrString(port.getPort()));
    return endpoints.stream()
        .filter(pod -> selects(service, pod))
        .map(pod ->
            new InetSocketAddress(
                InetAddress.ofLiteral(pod.address()), PodReader.port(target, pod.ports())))
        .toList();
  }

  private static boolean selects(Service service, Endpoint pod) {
    Map<String, String> selector =
        Optional.ofNullable(service.getSpec().getSelector()).orElse(Map.of());
    boolean isServed =
        pod.isReady() || Boolean.TRUE.equals(service.getSpec().getPublishNotReadyAddresses());
    return isServed
        && !selector.isEmpty()
        && pod.labels().entrySet().containsAll(selector.entrySet());
  }

  /// Takes over which pods there are.
  void observe(List<RunningPod> pods, Instant when) {
    List<Endpoint> now =
        pods.stream()
            .filter(pod -> !pod.isFinished() || pod.isServed(when))
            .map(pod ->
                new Endpoint(
                    pod.plan().name(),
                    pod.address(),
                    pod.plan().labels(),
                    pod.plan().ports(),
                    pod.isServed(when)))
            .toList();
    if (!now.equals(endpoints)) {
      for (Service service : headless()) {
        String name = service.getMetadata().getName();
        endpoints.forEach(pod -> network.remove(pod.pod() + "." + name));
      }
      endpoints = now;
      setHeadlessNames();
    }
  }

  private List<Service> headless() {
    return entries.values().stream()
        .filter(entry -> entry.address().isEmpty())
        .map(Entry::service)
        .toList();
  }

  /// The names of the Service lead to all its pods, and each pod has one below the first.
  private void setHeadlessNames() {
    for (Service service : headless()) {
      String name = service.getMetadata().getName();
      List<Endpoint> pods = endpoints.stream().filter(pod -> selects(service, pod)).toList();
      names(name).forEach(each -> network.set(each, pods.stream().map(Endpoint::address).toList()));
      pods.forEach(pod -> network.set(pod.pod() + "." + name, List.of(pod.address())));
    }
  }

  private List<String> names(String service) {
    String inNamespace = service + "." + namespace;
    return List.of(service, inNamespace, inNamespace + ".svc", inNamespace + ".svc.cluster.local");
  }

  /// The address of a Service that has one.
  Optional<String> address(String service) {
    return Optional.ofNullable(entries.get(service)).flatMap(Entry::address);
  }

  /// The variables that Kubernetes sets for each Service, in pods that do not refuse them.
  Map<String, String> links() {
    Map<String, String> links = new LinkedHashMap<>();
    entries.forEach((name, entry) ->
        entry.address().ifPresent(address -> addLinks(name, address, entry, links)));
    return links;
  }

  private static void addLinks(
      String name, String address, Entry entry, Map<String, String> links) {
    String prefix = name.toUpperCase(Locale.ROOT).replace('-', '_') + "_";
    int first = entry.service().getSpec().getPorts().getFirst().getPort();
    links.put(prefix + "SERVICE_HOST", address);
    links.put(prefix + "SERVICE_PORT", Integer.toString(first));
    links.put(prefix + "PORT", "tcp://" + address + ":" + first);
    for (ServicePort port : entry.service().getSpec().getPorts()) {
      String ofPort = prefix + "PORT_" + port.getPort() + "_TCP";
      links.put(ofPort, "tcp://" + address + ":" + port.getPort());
      links.put(ofPort + "_PROTO", "tcp");
      links.put(ofPort + "_PORT", port.getPort().toString());
      links.put(ofPort + "_ADDR", address);
    }
  }

  @Override
  public void close() {
    List.copyOf(entries.keySet()).forEach(this::remove);
  }
}
