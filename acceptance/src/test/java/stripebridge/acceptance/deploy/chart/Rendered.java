package stripebridge.acceptance.deploy.chart;

import io.fabric8.istio.api.security.v1.AuthorizationPolicy;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.batch.v1.CronJob;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.HTTPRoute;
import io.fabric8.kubernetes.api.model.networking.v1.Ingress;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.fabric8.openshift.api.model.monitoring.v1.ServiceMonitor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The objects of one rendering.
record Rendered(List<HasMetadata> objects) {
  <T extends HasMetadata> List<T> all(Class<T> kind) {
    return objects.stream().filter(kind::isInstance).map(kind::cast).toList();
  }

  boolean has(Class<? extends HasMetadata> kind, String name) {
    return all(kind).stream().anyMatch(it -> it.getMetadata().getName().equals(name));
  }

  List<Workload> pods() {
    return objects.stream().flatMap(object -> Stream.ofNullable(workload(object))).toList();
  }

  private static @Nullable Workload workload(HasMetadata object) {
    String owner = object.getKind() + "/" + object.getMetadata().getName();
    return switch (object) {
      case Pod it -> workload(owner, it.getMetadata(), Map.of(), it.getSpec(), Set.of());
      case Job it ->
          workload(
              owner,
              it.getSpec().getTemplate().getMetadata(),
              Map.of(),
              it.getSpec().getTemplate().getSpec(),
              Set.of());
      case CronJob it ->
          workload(
              owner,
              it.getSpec().getJobTemplate().getSpec().getTemplate().getMetadata(),
              Map.of(),
              it.getSpec().getJobTemplate().getSpec().getTemplate().getSpec(),
              Set.of());
      case Deployment it ->
          workload(
              owner,
              it.getSpec().getTemplate().getMetadata(),
              it.getSpec().getSelector().getMatchLabels(),
              it.getSpec().getTemplate().getSpec(),
              Set.of());
      case StatefulSet it ->
          workload(
              owner,
              it.getSpec().getTemplate().getMetadata(),
              it.getSpec().getSelector().getMatchLabels(),
              it.getSpec().getTemplate().getSpec(),
              it.getSpec().getVolumeClaimTemplates().stream()
                  .map(claim -> claim.getMetadata().getName())
                  .collect(Collectors.toSet()));
      default -> null;
    };
  }

  private static Workload workload(
      String owner,
      ObjectMeta metadata,
      Map<String, String> selector,
      PodSpec spec,
      Set<String> claims) {
    return new Workload(owner, metadata.getLabels(), selector, spec, claims);
  }

  List<Workload> selected(Map<String, String> labels) {
    return pods().stream()
        .filter(pod -> pod.labels().entrySet().containsAll(labels.entrySet()))
        .toList();
  }

  /// The Services that a ServiceMonitor selects.
  List<Service> services(ServiceMonitor monitor) {
    Map<String, String> labels = monitor.getSpec().getSelector().getMatchLabels();
    return all(Service.class).stream()
        .filter(it -> it.getMetadata().getLabels().entrySet().containsAll(labels.entrySet()))
        .toList();
  }

  /// What each object selects pods by, by the object.
  Map<String, Map<String, String>> selectors() {
    Map<String, Map<String, String>> selectors = new LinkedHashMap<>();
    for (HasMetadata object : objects) {
      Map<String, String> labels =
          switch (object) {
            case Service it -> it.getSpec().getSelector();
            case Deployment it -> it.getSpec().getSelector().getMatchLabels();
            case StatefulSet it -> it.getSpec().getSelector().getMatchLabels();
            case NetworkPolicy it -> it.getSpec().getPodSelector().getMatchLabels();
            case PodDisruptionBudget it -> it.getSpec().getSelector().getMatchLabels();
            case AuthorizationPolicy it -> it.getSpec().getSelector().getMatchLabels();
            default -> null;
          };
      if (labels != null) {
        selectors.put(object.getKind() + "/" + object.getMetadata().getName(), labels);
      }
    }
    return selectors;
  }

  String webhookPath() {
    return all(ConfigMap.class).stream()
        .map(map -> map.getData().get("APP_WEBHOOK_PATH"))
        .filter(Objects::nonNull)
        .findFirst()
        .orElse("/webhooks/stripe");
  }

  /// The Services that an Ingress or an HTTPRoute names.
  Stream<String> backends() {
    return Stream.concat(
        all(Ingress.class).stream()
            .flatMap(ingress -> ingress.getSpec().getRules().stream())
            .flatMap(rule -> rule.getHttp().getPaths().stream())
            .map(path -> path.getBackend().getService().getName()),
        all(HTTPRoute.class).stream()
            .flatMap(route -> route.getSpec().getRules().stream())
            .flatMap(rule -> rule.getBackendRefs().stream())
            .map(backend -> backend.getName()));
  }
}
