package stripebridge.acceptance.deploy.runner;

import io.fabric8.kubernetes.api.model.ConfigMapVolumeSource;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerPort;
import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.KeyToPath;
import io.fabric8.kubernetes.api.model.LifecycleHandler;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Probe;
import io.fabric8.kubernetes.api.model.SecretVolumeSource;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeMount;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import stripebridge.acceptance.deploy.image.ImageConfig;
import stripebridge.acceptance.deploy.runner.control.PodLife;
import stripebridge.acceptance.deploy.runner.control.ProbeKind;

/// Makes a plan of a pod's manifest. What changes how a process runs and is not known here is
/// refused, so that no manifest passes over it.
final class PodReader {
  private final ClusterObjects objects;
  private final ImageConfig image;

  /// @param image what the Dockerfile says
  PodReader(ClusterObjects objects, ImageConfig image) {
    this.objects = objects;
    this.image = image;
  }

  /// Who the pod is.
  ///
  /// @param links the variables that Kubernetes sets for each Service, unless the pod wants none
  record Identity(
      String name,
      String namespace,
      String address,
      Map<String, String> labels,
      Map<String, String> links,
      Duration readyMin) {}

  /// @param claims the volumes that a StatefulSet has for this pod, by their names
  /// @throws ClusterObjects.MissingReference if something that it refers to is not there
  PodPlan read(PodSpec spec, Identity pod, Map<String, Mount.Volume> claims) {
    if (spec.getContainers().size() != 1 || !spec.getInitContainers().isEmpty()) {
      throw new IllegalArgumentException("pod " + pod.name() + " has not exactly one container");
    }
    Container container = spec.getContainers().getFirst();
    Map<String, String> before = new LinkedHashMap<>(image.env());
    before.put("HOSTNAME", pod.name());
    if (!Boolean.FALSE.equals(spec.getEnableServiceLinks())) {
      before.putAll(pod.links());
    }
    Variables variables = new Variables(objects, fields(pod), pod.labels(), before);
    Map<String, String> environment = variables.of(container);
    Map<String, Integer> ports = ports(container);
    return new PodPlan(
        pod.name(),
        pod.labels(),
        container.getImage(),
        command(container, variables),
        environment,
        Optional.ofNullable(container.getWorkingDir()).orElse(image.workdir()),
        mounts(spec, container, claims),
        ports,
        probes(container, ports),
        hook(container, ports),
        Duration.ofSeconds(
            Optional.ofNullable(spec.getTerminationGracePeriodSeconds()).orElse(30L)),
        policy(spec),
        pod.readyMin());
  }

  /// The volumes that may change while a pod runs, with what they have now. Neither a mount by
  /// `subPath` is among them, nor a volume whose ConfigMap or Secret is gone: an upgrade may remove
  /// what new pods do not need before the old ones have ended.
  List<Mount> volumes(PodSpec spec) {
    List<Mount> mounts = new ArrayList<>();
    for (VolumeMount mount : spec.getContainers().getFirst().getVolumeMounts()) {
      spec.getVolumes().stream()
          .filter(volume -> volume.getName().equals(mount.getName()))
          .filter(volume -> volume.getSecret() != null || volume.getConfigMap() != null)
          .filter(_ -> mount.getSubPath() == null)
          .forEach(volume -> {
            try {
              mounts.add(new Mount(mount.getMountPath(), true, volume(volume)));
            } catch (ClusterObjects.MissingReference _) {
              // It keeps its files.
            }
          });
    }
    return mounts;
  }

  private static Map<String, String> fields(Identity pod) {
    return Map.of(
        "metadata.name", pod.name(),
        "metadata.namespace", pod.namespace(),
        "status.podIP", pod.address(),
        "status.hostIP", "127.0.0.1",
        "spec.nodeName", "node");
  }

  private List<String> command(Container container, Variables variables) {
    List<String> command = new ArrayList<>();
    if (container.getCommand().isEmpty()) {
      command.addAll(image.entrypoint());
      command.addAll(
          container.getArgs().isEmpty() ? image.cmd() : variables.expand(container.getArgs()));
    } else {
      // A command replaces the image's CMD as well.
      command.addAll(variables.expand(container.getCommand()));
      command.addAll(variables.expand(container.getArgs()));
    }
    return command;
  }

  private static PodLife.RestartPolicy policy(PodSpec spec) {
    return switch (Optional.ofNullable(spec.getRestartPolicy()).orElse("Always")) {
      case "Always" -> PodLife.RestartPolicy.ALWAYS;
      case "OnFailure" -> PodLife.RestartPolicy.ON_FAILURE;
      case "Never" -> PodLife.RestartPolicy.NEVER;
      default -> throw new IllegalArgumentException("restartPolicy " + spec.getRestartPolicy());
    };
  }

  private static Map<String, Integer> ports(Container container) {
    Map<String, Integer> ports = new LinkedHashMap<>();
    for (ContainerPort port : container.getPorts()) {
      if (port.getName() != null) {
        ports.put(port.getName(), port.getContainerPort());
      }
    }
    return ports;
  }

  private static Map<ProbeKind, PodPlan.Probing> probes(
      Container container, Map<String, Integer> ports) {
    Map<ProbeKind, PodPlan.Probing> probes = new EnumMap<>(ProbeKind.class);
    put(probes, ProbeKind.STARTUP, container.getStartupProbe(), ports);
    put(probes, ProbeKind.READINESS, container.getReadinessProbe(), ports);
    put(probes, ProbeKind.LIVENESS, container.getLivenessProbe(), ports);
    return probes;
  }

  private static void put(
      Map<ProbeKind, PodPlan.Probing> probes,
      ProbeKind kind,
      @Nullable Probe probe,
      Map<String, Integer> ports) {
    if (probe == null) {
      return;
    }
    Check check =
        check(
            kind.name().toLowerCase(Locale.ROOT) + " probe",
            new LifecycleHandler(probe.getExec(), probe.getHttpGet(), null, probe.getTcpSocket()),
            ports);
    probes.put(
        kind,
        new PodPlan.Probing(
            check,
            new stripebridge.acceptance.deploy.runner.control.Probe.Timing(
                seconds(probe.getInitialDelaySeconds(), 0),
                seconds(probe.getPeriodSeconds(), 10),
                seconds(probe.getTimeoutSeconds(), 1),
                Optional.ofNullable(probe.getFailureThreshold()).orElse(3),
                Optional.ofNullable(probe.getSuccessThreshold()).orElse(1))));
  }

  private static Duration seconds(@Nullable Integer given, int otherwise) {
    return Duration.ofSeconds(given == null ? otherwise : given);
  }

  private static Optional<Check> hook(Container container, Map<String, Integer> ports) {
    if (container.getLifecycle() == null) {
      return Optional.empty();
    }
    if (container.getLifecycle().getPostStart() != null) {
      throw new IllegalArgumentException("the runner does not know postStart");
    }
    return Optional.ofNullable(container.getLifecycle().getPreStop())
        .map(handler -> check("preStop", handler, ports));
  }

  private static Check check(String what, LifecycleHandler handler, Map<String, Integer> ports) {
    if (handler.getExec() != null) {
      return new Check.Exec(handler.getExec().getCommand());
    }
    if (handler.getHttpGet() != null && handler.getHttpGet().getHost() == null) {
      String scheme = Optional.ofNullable(handler.getHttpGet().getScheme()).orElse("HTTP");
      if (scheme.equals("HTTP")) {
        return new Check.HttpGet(
            handler.getHttpGet().getPath(), port(handler.getHttpGet().getPort(), ports));
      }
    }
    if (handler.getTcpSocket() != null) {
      return new Check.Tcp(port(handler.getTcpSocket().getPort(), ports));
    }
    if (handler.getSleep() != null) {
      return new Check.Exec(List.of("sleep", handler.getSleep().getSeconds().toString()));
    }
    throw new IllegalArgumentException("the runner does not know the action of the " + what);
  }

  /// The number of a port that may be named.
  static int port(IntOrString port, Map<String, Integer> ports) {
    if (port.getIntVal() != null) {
      return port.getIntVal();
    }
    Integer number = ports.get(port.getStrVal());
    if (number == null) {
      throw new IllegalArgumentException(
          "no port of the container is called '" + port.getStrVal() + "'");
    }
    return number;
  }

  private List<Mount> mounts(PodSpec spec, Container container, Map<String, Mount.Volume> claims) {
    Map<String, Mount.Volume> volumes = new LinkedHashMap<>();
    spec.getVolumes().forEach(volume -> volumes.put(volume.getName(), volume(volume)));
    volumes.putAll(claims);
    List<Mount> mounts = new ArrayList<>();
    for (VolumeMount mount : container.getVolumeMounts()) {
      Mount.Volume volume = volumes.get(mount.getName());
      if (volume == null) {
        throw new IllegalArgumentException("no volume is called '" + mount.getName() + "'");
      }
      if (mount.getSubPathExpr() != null) {
        throw new IllegalArgumentException("the runner does not know subPathExpr");
      }
      boolean isReadOnly =
          Boolean.TRUE.equals(mount.getReadOnly()) || volume instanceof Mount.Projected;
      mounts.add(
          new Mount(
              mount.getMountPath(),
              isReadOnly,
              mount.getSubPath() == null ? volume : subPath(volume, mount)));
    }
    // A path that the image declares as a volume can be written, though the root cannot.
    image.volumes().stream()
        .filter(path -> mounts.stream().noneMatch(mount -> mount.path().equals(path)))
        .forEach(path -> mounts.add(new Mount(path, false, new Mount.Empty())));
    return mounts;
  }

  private static Mount.Volume subPath(Mount.Volume volume, VolumeMount mount) {
    if (!(volume instanceof Mount.Projected projected)) {
      throw new IllegalArgumentException("the runner knows subPath of ConfigMaps and Secrets only");
    }
    if (!projected.files().containsKey(mount.getSubPath())) {
      throw new ClusterObjects.MissingReference(
          "volume '%s' has no file '%s'".formatted(mount.getName(), mount.getSubPath()));
    }
    return new Mount.SubPath(projected, mount.getSubPath());
  }

  private Mount.Volume volume(Volume volume) {
    if (volume.getEmptyDir() != null) {
      return new Mount.Empty();
    }
    if (volume.getPersistentVolumeClaim() != null) {
      return new Mount.Claim(volume.getPersistentVolumeClaim().getClaimName());
    }
    if (volume.getSecret() != null) {
      SecretVolumeSource secret = volume.getSecret();
      return projected(
          "Secret",
          secret.getSecretName(),
          secret.getItems(),
          Boolean.TRUE.equals(secret.getOptional()),
          secret.getDefaultMode());
    }
    if (volume.getConfigMap() != null) {
      ConfigMapVolumeSource map = volume.getConfigMap();
      return projected(
          "ConfigMap",
          map.getName(),
          map.getItems(),
          Boolean.TRUE.equals(map.getOptional()),
          map.getDefaultMode());
    }
    throw new IllegalArgumentException("the runner does not know the volume " + volume.getName());
  }

  private Mount.Projected projected(
      String kind, String name, List<KeyToPath> items, boolean isOptional, @Nullable Integer mode) {
    int allowed = mode == null ? 0644 : mode;
    if (isOptional && objects.find(kind, name).isEmpty()) {
      return new Mount.Projected(Map.of(), allowed);
    }
    Map<String, byte[]> contents = objects.contents(kind, name);
    if (items.isEmpty()) {
      return new Mount.Projected(contents, allowed);
    }
    Map<String, byte[]> files = new LinkedHashMap<>();
    for (KeyToPath item : items) {
      byte[] value = contents.get(item.getKey());
      if (value == null && !isOptional) {
        throw new ClusterObjects.MissingReference(
            kind + " '" + name + "' has no key '" + item.getKey() + "'");
      }
      if (value != null) {
        files.put(item.getPath(), value);
      }
    }
    return new Mount.Projected(files, allowed);
  }
}
