package stripebridge.acceptance.deploy.chart;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodSecurityContext;
import io.fabric8.kubernetes.api.model.SecurityContext;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.RollingUpdateDeployment;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscaler;
import io.fabric8.kubernetes.api.model.batch.v1.CronJob;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.HTTPRoute;
import io.fabric8.kubernetes.api.model.networking.v1.Ingress;
import io.fabric8.openshift.api.model.monitoring.v1.PrometheusRule;
import io.fabric8.openshift.api.model.monitoring.v1.PrometheusRuleSpec;
import io.fabric8.openshift.api.model.monitoring.v1.ServiceMonitor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import stripebridge.acceptance.deploy.monitoring.MonitoringFiles;
import stripebridge.core.config.Setting;
import stripebridge.core.config.SettingGroup;
import stripebridge.core.config.Settings;

/// What must hold for every rendering of the chart. Each rule gives its violations.
enum ChartRules {
  /// A secret in a variable or an argument is in every list of processes and every crash dump.
  SECRETS_ARE_FILES {
    @Override
    void check(Rendered rendered, List<String> found) {
      for (Workload pod : rendered.pods()) {
        for (EnvVar variable : pod.container().getEnv()) {
          boolean isSecret = isSecret(variable.getName());
          if (variable.getValueFrom() != null) {
            found.add(pod + ": " + variable.getName() + " is not from a file");
          } else if (isSecret && hasPassword(variable)) {
            found.add(pod + ": " + variable.getName() + " is a secret");
          }
        }
      }
      for (ConfigMap map : rendered.all(ConfigMap.class)) {
        map.getData().keySet().stream()
            .filter(ChartRules::isSecret)
            .forEach(name -> found.add("ConfigMap: " + name + " is a secret"));
      }
    }

    // A URL of Redis without user information holds no secret.
    private static boolean hasPassword(EnvVar variable) {
      return !(variable.getName().equals("REDIS_URL") && !variable.getValue().contains("@"));
    }
  },

  VARIABLES_ARE_SETTINGS {
    private static final Set<String> FILES = Set.of("topology.yaml", DASHBOARD);

    @Override
    void check(Rendered rendered, List<String> found) {
      Set<String> known = new TreeSet<>();
      settings().forEach(setting -> known.addAll(List.of(setting.name(), setting.fileVariable())));
      for (Workload pod : rendered.pods()) {
        pod.container().getEnv().stream()
            .map(EnvVar::getName)
            .filter(name -> !known.contains(name))
            // The passwords that a topology names, which only `provision` reads.
            .filter(name -> !(pod.command().equals("provision") && name.endsWith("_PASSWORD_FILE")))
            .forEach(name -> found.add(pod + ": no setting " + name));
      }
      rendered.all(ConfigMap.class).stream()
          .flatMap(map -> map.getData().keySet().stream())
          .filter(name -> !known.contains(name) && !FILES.contains(name))
          .forEach(name -> found.add("ConfigMap: no setting " + name));
    }
  },

  /// A pod has the secrets that its command reads, and no others.
  PODS_HAVE_ONLY_THEIR_SECRETS {
    private static final Set<String> SERVE = Set.of("STRIPE_WEBHOOK_SECRET", "SOLACE_", "REDIS_");
    private static final Map<String, Set<String>> READ =
        Map.of(
            "serve", SERVE,
            "provision", Set.of("SOLACE_"),
            "validate", Set.of("STRIPE_WEBHOOK_SECRET", "SOLACE_"));

    @Override
    void check(Rendered rendered, List<String> found) {
      for (Workload pod : rendered.pods()) {
        Set<String> legal = READ.getOrDefault(pod.command(), Set.of());
        for (EnvVar variable : pod.container().getEnv()) {
          String name = variable.getName();
          boolean isRead =
              !isSecret(name.replaceFirst("_FILE$", ""))
                  || legal.stream().anyMatch(name::startsWith);
          boolean isAdmin = name.startsWith("SOLACE_SEMP_");
          boolean isUser = name.startsWith("SOLACE_USERNAME");
          if (!isRead
              || (isAdmin && pod.command().equals("serve"))
              || (isUser && pod.command().equals("provision"))
              || (name.startsWith("SOLACE_PASSWORD") && pod.args().contains("--check"))) {
            found.add(pod + ": does not read " + name);
          }
        }
        mustReach(pod, found);
      }
    }

    private static void mustReach(Workload pod, List<String> found) {
      for (EnvVar variable : pod.container().getEnv()) {
        String path = variable.getValue();
        boolean isFile =
            variable.getName().endsWith("_FILE") || variable.getName().endsWith("_PATH");
        if (isFile && !path.isEmpty() && !hasFile(pod, path)) {
          found.add(pod + ": nothing is mounted at " + path);
        }
      }
    }

    private static boolean hasFile(Workload pod, String path) {
      return pod.container().getVolumeMounts().stream()
          .filter(mount -> path.startsWith(mount.getMountPath() + "/"))
          .flatMap(mount -> pod.volume(mount.getName()))
          .filter(volume -> volume.getSecret() != null)
          .anyMatch(volume ->
              volume.getSecret().getItems().isEmpty()
                  ? path.matches(".*/tls[.](crt|key)")
                  : volume.getSecret().getItems().stream()
                      .anyMatch(item -> path.endsWith("/" + item.getPath())));
    }
  },

  /// A file that is mounted by subPath never changes in a running pod.
  MOUNTS_AND_VOLUMES_MATCH {
    @Override
    void check(Rendered rendered, List<String> found) {
      for (Workload pod : rendered.pods()) {
        Set<String> mounted = new LinkedHashSet<>();
        for (VolumeMount mount : pod.container().getVolumeMounts()) {
          if (mount.getSubPath() != null) {
            found.add(pod + ": subPath at " + mount.getMountPath());
          }
          if (!mounted.add(mount.getMountPath())) {
            found.add(pod + ": two mounts at " + mount.getMountPath());
          }
          if (!pod.hasVolume(mount.getName())) {
            found.add(pod + ": no volume " + mount.getName());
          }
        }
        for (Volume volume : pod.spec().getVolumes()) {
          if (pod.container().getVolumeMounts().stream()
              .noneMatch(mount -> mount.getName().equals(volume.getName()))) {
            found.add(pod + ": volume " + volume.getName() + " is not mounted");
          }
          if (volume.getConfigMap() != null
              && !rendered.has(ConfigMap.class, volume.getConfigMap().getName())) {
            found.add(pod + ": no ConfigMap " + volume.getConfigMap().getName());
          }
        }
      }
    }
  },

  SELECTORS_SELECT {
    @Override
    void check(Rendered rendered, List<String> found) {
      for (Workload pod : rendered.pods()) {
        if (!pod.selector().entrySet().stream()
            .allMatch(it -> Objects.equals(pod.labels().get(it.getKey()), it.getValue()))) {
          found.add(pod + ": its selector does not match its labels");
        }
      }
      rendered
          .selectors()
          .forEach((owner, labels) -> {
            if (rendered.selected(labels).isEmpty()) {
              found.add(owner + ": selects no pod");
            }
            if (!labels.containsKey("app.kubernetes.io/instance")) {
              found.add(owner + ": may select pods of another release");
            }
          });
      for (ServiceMonitor monitor : rendered.all(ServiceMonitor.class)) {
        int services = rendered.services(monitor).size();
        if (services != 1) {
          found.add("ServiceMonitor: selects " + services + " Services");
        }
      }
    }
  },

  PORTS_EXIST_BY_NAME {
    @Override
    void check(Rendered rendered, List<String> found) {
      for (Service service : rendered.all(Service.class)) {
        String name = "Service/" + service.getMetadata().getName();
        service.getSpec().getPorts().stream()
            .map(port -> port.getTargetPort().getStrVal())
            .filter(port ->
                !rendered.selected(service.getSpec().getSelector()).stream()
                    .allMatch(pod -> pod.hasPort(port)))
            .forEach(port -> found.add(name + ": its pods have no port " + port));
      }
      for (Workload pod : rendered.pods()) {
        pod.probes()
            .filter(probe -> !pod.hasPort(probe.getHttpGet().getPort().getStrVal()))
            .forEach(probe -> found.add(pod + ": no port for " + probe.getHttpGet().getPath()));
      }
      for (ServiceMonitor monitor : rendered.all(ServiceMonitor.class)) {
        monitor.getSpec().getEndpoints().stream()
            .filter(endpoint ->
                rendered.services(monitor).stream()
                    .flatMap(service -> service.getSpec().getPorts().stream())
                    .noneMatch(port -> port.getName().equals(endpoint.getPort())))
            .forEach(endpoint -> found.add("ServiceMonitor: no port " + endpoint.getPort()));
      }
    }
  },

  /// Liveness asks nothing but the process itself; readiness does not ask for the broker.
  PROBES_ASK_THE_ADMIN_PORT {
    @Override
    void check(Rendered rendered, List<String> found) {
      for (Workload pod : rendered.pods()) {
        List<String> asked =
            pod.probes()
                .map(it -> it.getHttpGet().getPort().getStrVal() + " " + it.getHttpGet().getPath())
                .toList();
        List<String> wanted =
            pod.command().equals("serve")
                ? List.of(
                    "admin /health", "admin /health", "admin /ready?exclude=broker,topics,loss")
                : List.of();
        if (!asked.equals(wanted)) {
          found.add(pod + ": probes " + asked);
        }
      }
    }
  },

  /// SIGTERM comes after preStop, and SIGKILL after the bridge's own time to settle.
  PODS_HAVE_TIME_TO_END {
    @Override
    void check(Rendered rendered, List<String> found) {
      for (Workload pod : rendered.pods()) {
        if (pod.command().equals("serve")) {
          if (pod.container().getLifecycle() == null) {
            found.add(pod + ": ends while proxies still send to it, without preStop");
            continue;
          }
          List<String> command = pod.container().getLifecycle().getPreStop().getExec().getCommand();
          double own =
              rendered.all(ConfigMap.class).stream()
                  .map(map -> map.getData().get("ASYNC_SHUTDOWN_TIMEOUT_SECONDS"))
                  .filter(Objects::nonNull)
                  .mapToDouble(Double::parseDouble)
                  .findFirst()
                  .orElse(30);
          double needed = Integer.parseInt(command.getLast()) + own + 10;
          long given = pod.spec().getTerminationGracePeriodSeconds();
          if (!command.getFirst().equals("sleep") || given != Math.ceil(needed)) {
            found.add(pod + ": has " + given + " s to end, and needs " + needed);
          }
        }
      }
    }
  },

  PODS_ARE_CONFINED {
    @Override
    void check(Rendered rendered, List<String> found) {
      for (Workload pod : rendered.pods()) {
        PodSecurityContext all = pod.spec().getSecurityContext();
        SecurityContext own = pod.container().getSecurityContext();
        List<String> missing = new ArrayList<>();
        require(Boolean.TRUE.equals(all.getRunAsNonRoot()), "runAsNonRoot", missing);
        require(Objects.equals(65532L, all.getRunAsUser()), "runAsUser", missing);
        require(Objects.equals(65532L, all.getRunAsGroup()), "runAsGroup", missing);
        require(Objects.equals(65532L, all.getFsGroup()), "fsGroup", missing);
        require("RuntimeDefault".equals(all.getSeccompProfile().getType()), "seccomp", missing);
        require(Boolean.TRUE.equals(own.getReadOnlyRootFilesystem()), "readOnly", missing);
        require(Boolean.FALSE.equals(own.getAllowPrivilegeEscalation()), "escalation", missing);
        require(List.of("ALL").equals(own.getCapabilities().getDrop()), "drop", missing);
        require(
            Boolean.FALSE.equals(pod.spec().getAutomountServiceAccountToken()), "token", missing);
        require(Boolean.FALSE.equals(pod.spec().getEnableServiceLinks()), "links", missing);
        require(pod.spec().getContainers().size() == 1, "one container", missing);
        require(pod.container().getResources().getLimits().containsKey("memory"), "limit", missing);
        require(pod.isMounted("/tmp"), "/tmp", missing);
        missing.forEach(what -> found.add(pod + ": lacks " + what));
      }
    }

    private static void require(boolean holds, String what, List<String> missing) {
      if (!holds) {
        missing.add(what);
      }
    }
  },

  /// Nothing but POST on the webhook path leads from outside to a pod.
  ONLY_WEBHOOKS_ARE_PUBLIC {
    @Override
    void check(Rendered rendered, List<String> found) {
      String path = rendered.webhookPath();
      for (Ingress ingress : rendered.all(Ingress.class)) {
        ingress.getSpec().getRules().stream()
            .flatMap(rule -> rule.getHttp().getPaths().stream())
            .map(it ->
                it.getPathType()
                    + " "
                    + it.getPath()
                    + " "
                    + it.getBackend().getService().getPort().getName())
            .filter(exposed -> !exposed.equals("Exact " + path + " http-webhooks"))
            .forEach(exposed -> found.add("Ingress: exposes " + exposed));
        if (ingress.getSpec().getDefaultBackend() != null) {
          found.add("Ingress: has a default backend");
        }
      }
      for (HTTPRoute route : rendered.all(HTTPRoute.class)) {
        route.getSpec().getRules().stream()
            .flatMap(rule -> rule.getMatches().stream())
            .map(
                it -> it.getMethod() + " " + it.getPath().getType() + " " + it.getPath().getValue())
            .filter(exposed -> !exposed.equals("POST Exact " + path))
            .forEach(exposed -> found.add("HTTPRoute: exposes " + exposed));
      }
      for (Service service : rendered.all(Service.class)) {
        boolean isAdmin =
            service.getSpec().getPorts().stream()
                .anyMatch(port -> "admin".equals(port.getTargetPort().getStrVal()));
        if (isAdmin
            && !(service.getSpec().getType() == null
                || service.getSpec().getType().equals("ClusterIP"))) {
          found.add("Service: exposes the admin port");
        }
      }
    }
  },

  REFERENCES_LEAD_SOMEWHERE {
    @Override
    void check(Rendered rendered, List<String> found) {
      for (Workload pod : rendered.pods()) {
        pod.container().getEnvFrom().stream()
            .map(it -> it.getConfigMapRef().getName())
            .filter(name -> !rendered.has(ConfigMap.class, name))
            .forEach(name -> found.add(pod + ": no ConfigMap " + name));
        boolean hasTopology = pod.args().contains("/etc/stripebridge/topology.yaml");
        if (hasTopology != pod.isMounted("/etc/stripebridge")) {
          found.add(pod + ": its topology is either not mounted or not used");
        }
      }
      for (StatefulSet set : rendered.all(StatefulSet.class)) {
        if (!rendered.has(Service.class, set.getSpec().getServiceName())) {
          found.add("StatefulSet: no Service " + set.getSpec().getServiceName());
        }
      }
      for (HorizontalPodAutoscaler scaler : rendered.all(HorizontalPodAutoscaler.class)) {
        if (!rendered.has(Deployment.class, scaler.getSpec().getScaleTargetRef().getName())) {
          found.add("HorizontalPodAutoscaler: no Deployment to scale");
        }
      }
      rendered
          .backends()
          .filter(name -> !rendered.has(Service.class, name))
          .forEach(name -> found.add("no Service " + name));
    }
  },

  /// An exclusive lock over one volume and a rolling update wait for each other.
  ONE_VOLUME_HAS_ONE_POD {
    @Override
    void check(Rendered rendered, List<String> found) {
      for (Deployment deployment : rendered.all(Deployment.class)) {
        if (deployment.getSpec().getTemplate().getSpec().getVolumes().stream()
            .anyMatch(volume -> volume.getPersistentVolumeClaim() != null)) {
          found.add("Deployment: has a volume claim");
        }
      }
      for (StatefulSet set : rendered.all(StatefulSet.class)) {
        if (set.getSpec().getReplicas() > 1) {
          found.add("StatefulSet: has several replicas");
        }
        if (!"Parallel".equals(set.getSpec().getPodManagementPolicy())) {
          found.add("StatefulSet: a rollback does not replace a pod that is never ready");
        }
        // The image declares this path a volume: without the mount the inbox would go with its pod.
        boolean isOnClaim =
            set
                .getSpec()
                .getTemplate()
                .getSpec()
                .getContainers()
                .getFirst()
                .getVolumeMounts()
                .stream()
                .filter(mount -> mount.getMountPath().equals("/var/lib/stripebridge"))
                .anyMatch(mount ->
                    set.getSpec().getVolumeClaimTemplates().stream()
                        .anyMatch(it -> it.getMetadata().getName().equals(mount.getName())));
        if (!isOnClaim) {
          found.add("StatefulSet: its inbox is not on a claim");
        }
      }
    }
  },

  /// A replica goes once its successor is ready, and no sooner.
  REPLICAS_ARE_REPLACED_ONE_BY_ONE {
    @Override
    void check(Rendered rendered, List<String> found) {
      for (Deployment deployment : rendered.all(Deployment.class)) {
        RollingUpdateDeployment update = deployment.getSpec().getStrategy().getRollingUpdate();
        if (update == null || !new IntOrString(0).equals(update.getMaxUnavailable())) {
          found.add("Deployment: an update takes replicas away before others are ready");
        }
      }
    }
  },

  /// What no retry repairs fails a Job at once.
  JOBS_FAIL_AT_ONCE {
    @Override
    void check(Rendered rendered, List<String> found) {
      for (Job job : rendered.all(Job.class)) {
        boolean fails =
            job.getSpec().getPodFailurePolicy() != null
                && job.getSpec().getPodFailurePolicy().getRules().stream()
                    .filter(rule -> rule.getAction().equals("FailJob"))
                    .anyMatch(rule ->
                        rule.getOnExitCodes().getValues().equals(List.of(1, 2, 5))
                            && job.getSpec().getTemplate().getSpec().getContainers().stream()
                                .anyMatch(it ->
                                    it.getName().equals(rule.getOnExitCodes().getContainerName())));
        if (!fails) {
          found.add("Job: tries again what cannot succeed");
        }
      }
    }
  },

  /// Alerts and dashboard are what is tested in `deploy/monitoring`: Helm has rendered nothing in
  /// them.
  MONITORING_IS_SHIPPED_AS_IT_IS {
    @Override
    void check(Rendered rendered, List<String> found) {
      for (PrometheusRule rules : rendered.all(PrometheusRule.class)) {
        String name = rules.getMetadata().getName();
        String file = name.endsWith("-broker") ? "rules-broker.yaml" : "rules.yaml";
        if (!MonitoringFiles.read(file).equals(tree(rules.getSpec()))) {
          found.add("PrometheusRule/" + name + ": is not " + file);
        }
      }
      for (ConfigMap map : rendered.all(ConfigMap.class)) {
        String dashboard = map.getData().get(DASHBOARD);
        if (dashboard != null && !dashboard.equals(MonitoringFiles.text("dashboard.json"))) {
          found.add("ConfigMap: is not dashboard.json");
        }
      }
    }

    private static JsonNode tree(PrometheusRuleSpec spec) {
      return new ObjectMapper().valueToTree(spec);
    }
  },

  /// A cluster refuses longer names; a Job's or a StatefulSet's is also a label of its pods.
  NAMES_ARE_SHORT {
    @Override
    void check(Rendered rendered, List<String> found) {
      for (HasMetadata object : rendered.objects()) {
        int max =
            switch (object) {
              case StatefulSet _, CronJob _ -> 52;
              case Job _, Service _, Pod _, Deployment _ -> 63;
              default -> 253;
            };
        String name = object.getMetadata().getName();
        if (name.length() > max) {
          found.add(object.getKind() + "/" + name + ": is longer than " + max);
        }
      }
    }
  };

  /// The key of the dashboard in its ConfigMap.
  static final String DASHBOARD = "stripebridge.json";

  abstract void check(Rendered rendered, List<String> found);

  /// The violations of all rules.
  static List<String> violations(List<HasMetadata> objects) {
    List<String> found = new ArrayList<>();
    Rendered rendered = new Rendered(objects);
    for (ChartRules rule : values()) {
      List<String> own = new ArrayList<>();
      rule.check(rendered, own);
      own.forEach(what -> found.add(rule + ": " + what));
    }
    return found;
  }

  static Stream<Setting<?>> settings() {
    return Arrays.stream(SettingGroup.values()).flatMap(group -> Settings.of(group).stream());
  }

  private static boolean isSecret(String name) {
    return settings().anyMatch(setting -> setting.name().equals(name) && setting.isSecret());
  }
}
