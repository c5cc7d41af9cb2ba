package stripebridge.acceptance.deploy.runner;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentStrategy;
import io.fabric8.kubernetes.api.model.apps.RollingUpdateDeployment;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import stripebridge.acceptance.deploy.runner.control.Action;
import stripebridge.acceptance.deploy.runner.control.Backoff;
import stripebridge.acceptance.deploy.runner.control.DeploymentRules;
import stripebridge.acceptance.deploy.runner.control.JobRules;
import stripebridge.acceptance.deploy.runner.control.PodView;
import stripebridge.acceptance.deploy.runner.control.StatefulSetRules;

/// An object that has pods made of a template, read from its manifest.
sealed interface Workload {
  /// Kind and name.
  String key();

  PodTemplateSpec template();

  /// How long a pod must have been ready to be available.
  Duration readyMin();

  List<Action> reconcile(List<PodView> observed, Instant now);

  /// Whether nothing is left to do or to wait for.
  boolean isComplete(List<PodView> observed);

  /// The name of a pod to be made.
  ///
  /// @param number how many pods were made before it
  String podName(Action.Create create, int number);

  /// The volumes that it has for one pod, by their names in the template.
  default Map<String, Mount.Volume> claims(String pod) {
    return Map.of();
  }

  /// The workload that an object is; empty for a kind without pods.
  static Optional<Workload> of(HasMetadata object) {
    return switch (object) {
      case Deployment deployment -> Optional.of(new OfDeployment(deployment));
      case StatefulSet set -> Optional.of(new OfStatefulSet(set));
      case Job job -> Optional.of(new OfJob(job));
      default -> Optional.empty();
    };
  }

  private static String revision(PodTemplateSpec template) {
    return "%08x".formatted(Serialization.asJson(template).hashCode());
  }

  private static Duration seconds(@Nullable Integer seconds) {
    return Duration.ofSeconds(seconds == null ? 0 : seconds);
  }

  /// A Deployment.
  record OfDeployment(Deployment object) implements Workload {
    @Override
    public String key() {
      return ClusterObjects.key(object);
    }

    @Override
    public PodTemplateSpec template() {
      return object.getSpec().getTemplate();
    }

    @Override
    public Duration readyMin() {
      return seconds(object.getSpec().getMinReadySeconds());
    }

    private DeploymentRules.Desired desired() {
      int replicas = Optional.ofNullable(object.getSpec().getReplicas()).orElse(1);
      return new DeploymentRules.Desired(
          replicas, revision(template()), strategy(object.getSpec().getStrategy(), replicas));
    }

    static DeploymentRules.Strategy strategy(@Nullable DeploymentStrategy strategy, int replicas) {
      if (strategy != null && "Recreate".equals(strategy.getType())) {
        return new DeploymentRules.Recreate();
      }
      RollingUpdateDeployment update = strategy == null ? null : strategy.getRollingUpdate();
      IntOrString quarter = new IntOrString("25%");
      int surge = count(update == null ? null : update.getMaxSurge(), quarter, replicas, true);
      int unavailable =
          count(update == null ? null : update.getMaxUnavailable(), quarter, replicas, false);
      return new DeploymentRules.RollingUpdate(surge, surge + unavailable == 0 ? 1 : unavailable);
    }

    /// A number, or percent of the replicas.
    private static int count(
        @Nullable IntOrString given, IntOrString otherwise, int replicas, boolean roundsUp) {
      IntOrString count = given == null ? otherwise : given;
      if (count.getIntVal() != null) {
        return count.getIntVal();
      }
      int percent = Integer.parseInt(count.getStrVal().replace("%", ""));
      return (replicas * percent + (roundsUp ? 99 : 0)) / 100;
    }

    @Override
    public List<Action> reconcile(List<PodView> observed, Instant now) {
      return DeploymentRules.reconcile(desired(), observed);
    }

    @Override
    public boolean isComplete(List<PodView> observed) {
      return DeploymentRules.isComplete(desired(), observed);
    }

    @Override
    public String podName(Action.Create create, int number) {
      return object.getMetadata().getName() + "-" + create.revision() + "-" + number;
    }
  }

  /// A StatefulSet.
  record OfStatefulSet(StatefulSet object) implements Workload {
    /// @throws IllegalArgumentException for what the rules do not cover
    public OfStatefulSet {
      String policy = policy(object);
      if (!policy.equals("OrderedReady") && !policy.equals("Parallel")) {
        throw new IllegalArgumentException(
            "the runner does not know podManagementPolicy " + policy);
      }
    }

    private static String policy(StatefulSet object) {
      return Optional.ofNullable(object.getSpec().getPodManagementPolicy()).orElse("OrderedReady");
    }

    @Override
    public String key() {
      return ClusterObjects.key(object);
    }

    @Override
    public PodTemplateSpec template() {
      return object.getSpec().getTemplate();
    }

    @Override
    public Duration readyMin() {
      return seconds(object.getSpec().getMinReadySeconds());
    }

    private StatefulSetRules.Desired desired() {
      boolean isOnDelete =
          object.getSpec().getUpdateStrategy() != null
              && "OnDelete".equals(object.getSpec().getUpdateStrategy().getType());
      return new StatefulSetRules.Desired(
          Optional.ofNullable(object.getSpec().getReplicas()).orElse(1),
          revision(template()),
          !isOnDelete,
          policy(object).equals("Parallel"));
    }

    @Override
    public List<Action> reconcile(List<PodView> observed, Instant now) {
      return StatefulSetRules.reconcile(desired(), observed).stream().toList();
    }

    @Override
    public boolean isComplete(List<PodView> observed) {
      return StatefulSetRules.isComplete(desired(), observed);
    }

    @Override
    public String podName(Action.Create create, int number) {
      return object.getMetadata().getName() + "-" + create.ordinal();
    }

    @Override
    public Map<String, Mount.Volume> claims(String pod) {
      Map<String, Mount.Volume> claims = new LinkedHashMap<>();
      for (PersistentVolumeClaim claim : object.getSpec().getVolumeClaimTemplates()) {
        String name = claim.getMetadata().getName();
        claims.put(name, new Mount.Claim(name + "-" + pod));
      }
      return claims;
    }
  }

  /// A Job.
  record OfJob(Job object) implements Workload {
    /// A tenth of Kubernetes' 10 s to 6 min, so that tests are short.
    private static final Backoff BACKOFF =
        new Backoff(Duration.ofSeconds(1), Duration.ofSeconds(36));

    @Override
    public String key() {
      return ClusterObjects.key(object);
    }

    @Override
    public PodTemplateSpec template() {
      return object.getSpec().getTemplate();
    }

    @Override
    public Duration readyMin() {
      return Duration.ZERO;
    }

    JobRules.Desired desired() {
      return new JobRules.Desired(
          Optional.ofNullable(object.getSpec().getCompletions()).orElse(1),
          Optional.ofNullable(object.getSpec().getParallelism()).orElse(1),
          Optional.ofNullable(object.getSpec().getBackoffLimit()).orElse(6),
          BACKOFF);
    }

    @Override
    public List<Action> reconcile(List<PodView> observed, Instant now) {
      return JobRules.reconcile(desired(), observed, now);
    }

    @Override
    public boolean isComplete(List<PodView> observed) {
      return JobRules.verdict(desired(), observed) == JobRules.Verdict.COMPLETE;
    }

    boolean hasFailed(List<PodView> observed) {
      return JobRules.verdict(desired(), observed) == JobRules.Verdict.FAILED;
    }

    @Override
    public String podName(Action.Create create, int number) {
      return object.getMetadata().getName() + "-" + number;
    }
  }
}
