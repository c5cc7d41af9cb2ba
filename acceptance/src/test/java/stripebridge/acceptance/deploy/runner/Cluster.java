package stripebridge.acceptance.deploy.runner;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.apps.StatefulSetBuilder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import stripebridge.acceptance.deploy.image.Dockerfile;
import stripebridge.acceptance.deploy.image.ImageConfig;
import stripebridge.acceptance.deploy.runner.control.Action;
import stripebridge.acceptance.deploy.runner.control.PodPhase;
import stripebridge.acceptance.deploy.runner.control.PodView;
import stripebridge.acceptance.deploy.runner.control.VolumeRules;

/// A namespace whose pods are processes of this machine. ClusterObjects are put into it as into a
/// cluster; a thread of its own does what controllers, kubelet and Services would do. Files of
/// ConfigMaps and Secrets change in running pods, though sooner than in Kubernetes.
///
/// Containers run by the launcher of the source tree or, when the system property
/// `test.image.rootfs` names the unpacked image and bubblewrap is on the PATH, in that image.
///
/// It notes as a problem what a deployment should not need: a container that ends by itself or
/// fails its liveness probe, a pod that is no longer ready, a stop that takes longer than its grace
/// period or ends with another code than 0, a hook that cannot run, a reference to nothing.
///
/// Thread-safe: its lock guards all of its state.
public final class Cluster implements AutoCloseable {
  private static final Duration TICK = Duration.ofMillis(20);

  /// A minute in Kubernetes, and longer with its cache.
  private static final Duration LOOKS = Duration.ofSeconds(1);

  private static final int LOG_LINES = 60;
  private static final int RESTARTS_MAX = 3;

  /// What has no pods of its own here: it concerns what a cluster's other parts do.
  private static final Set<String> WITHOUT_EFFECT =
      Set.of(
          "AuthorizationPolicy",
          "CronJob",
          "ExternalSecret",
          "HTTPRoute",
          "HorizontalPodAutoscaler",
          "Ingress",
          "NetworkPolicy",
          "PersistentVolumeClaim",
          "PodDisruptionBudget",
          "PrometheusRule",
          "ServiceAccount",
          "ServiceMonitor");

  private final Path folder;
  private final String namespace;
  private final ImageConfig image;
  private final Network network;
  private final Services services;
  private final Prober prober;
  private final RunningPod.Surroundings surroundings;
  private final ExecutorService background = Executors.newVirtualThreadPerTaskExecutor();
  private final ClusterObjects objects = new ClusterObjects();
  private final Map<String, Workload> workloads = new LinkedHashMap<>();
  private final List<RunningPod> pods = new ArrayList<>();
  // Gone, but not from all balancers.
  private final List<RunningPod> departed = new ArrayList<>();
  private final List<PodVolumes> volumes = new ArrayList<>();
  private final List<PodFolder> folders = new ArrayList<>();
  private final List<Forwarder> outside = new ArrayList<>();
  private final Set<String> problems = new LinkedHashSet<>();
  private final Thread shutdownHook = new Thread(this::abandon, "runner shutdown");
  private final RandomGenerator random = new SplittableRandom(1);
  private int made;
  private boolean isClosed;

  /// The volumes of a pod.
  ///
  /// @param mounts with what ConfigMaps and Secrets have now
  /// @param due when to look at them
  private record PodVolumes(RunningPod pod, Supplier<List<Mount>> mounts, Instant due) {}

  private Cluster(Path folder, String namespace) throws IOException {
    this.folder = folder;
    this.namespace = namespace;
    image = Dockerfile.ofProject().config();
    network = new Network(folder.resolve("network"));
    services = new Services(network, namespace);
    Node node = node();
    prober = new Prober(node);
    surroundings =
        new RunningPod.Surroundings(node, prober, background, this::underLock, this::addProblem);
  }

  /// Starts an empty one.
  ///
  /// @param folder for the pods, their volumes and their logs
  public static Cluster start(Path folder, String namespace) throws IOException {
    Cluster cluster = new Cluster(folder, namespace);
    Runtime.getRuntime().addShutdownHook(cluster.shutdownHook);
    Thread.ofPlatform().name("runner").daemon().start(cluster::run);
    return cluster;
  }

  /// Why pods cannot run on this machine; empty if they can.
  public static Optional<String> obstacle() {
    return Network.isPossible()
        ? Network.takenPort()
            .map(port ->
                "another program listens on port %d of all addresses; end it".formatted(port))
        : Optional.of("pods need addresses of their own in 127.0.0.0/8, which only Linux has");
  }

  private Node node() {
    String rootfs = System.getProperty("test.image.rootfs", "");
    Optional<Path> bubblewrap = LauncherNode.find("bwrap");
    LauncherNode launcher = new LauncherNode(network);
    return rootfs.isEmpty() || bubblewrap.isEmpty()
        ? launcher
        : new RootfsNode(Path.of(rootfs), image.user(), network, bubblewrap.get());
  }

  private synchronized void underLock(Runnable report) {
    report.run();
  }

  private void run() {
    while (tick()) {
      LockSupport.parkNanos(TICK.toNanos());
    }
  }

  private synchronized boolean tick() {
    if (isClosed) {
      return false;
    }
    try {
      Instant now = Instant.now();
      pods.forEach(pod -> pod.tick(now));
      pods.stream().filter(RunningPod::isGone).forEach(departed::add);
      pods.removeIf(RunningPod::isGone);
      departed.removeIf(pod -> !pod.isServed(now));
      refreshVolumes(now);
      services.observe(Stream.concat(pods.stream(), departed.stream()).toList(), now);
      List.copyOf(workloads.values()).forEach(workload -> reconcile(workload, now));
    } catch (RuntimeException e) {
      addProblem("the runner failed: " + e);
    }
    notifyAll();
    return true;
  }

  private void reconcile(Workload workload, Instant now) {
    try {
      for (Action action : workload.reconcile(views(workload.key()), now)) {
        switch (action) {
          case Action.Create create -> create(workload, create);
          case Action.Delete(String name) -> pod(name).ifPresent(pod -> pod.delete(now));
        }
      }
    } catch (ClusterObjects.MissingReference e) {
      addProblem(workload.key() + " cannot make a pod: " + e.getMessage());
    }
  }

  private void create(Workload workload, Action.Create create) {
    String name = workload.podName(create, made);
    Map<String, String> labels = labels(workload.template().getMetadata());
    PodReader.Identity identity =
        new PodReader.Identity(
            name, namespace, network.newAddress(), labels, services.links(), workload.readyMin());
    PodSpec spec = workload.template().getSpec();
    PodReader reader = new PodReader(objects, image);
    PodPlan plan = reader.read(spec, identity, workload.claims(name));
    RunningPod pod = start(workload.key(), create, identity.address(), plan);
    volumes.add(new PodVolumes(pod, () -> reader.volumes(spec), nextLook(Instant.now())));
  }

  private Instant nextLook(Instant now) {
    return VolumeRules.nextLook(now, LOOKS, random.nextDouble());
  }

  /// Has pods see what ConfigMaps and Secrets have become, each at its own time; their variables
  /// stay as they were.
  private void refreshVolumes(Instant now) {
    volumes.removeIf(one -> one.pod().isFinished() || one.pod().isGone());
    for (int i = 0; i < volumes.size(); i++) {
      PodVolumes one = volumes.get(i);
      if (now.isBefore(one.due())) {
        continue;
      }
      volumes.set(i, new PodVolumes(one.pod(), one.mounts(), nextLook(now)));
      try {
        one.pod().folder().refresh(one.mounts().get());
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  private static Map<String, String> labels(ObjectMeta metadata) {
    return Optional.ofNullable(metadata.getLabels()).orElse(Map.of());
  }

  RunningPod start(String owner, Action.Create create, String address, PodPlan plan) {
    try {
      PodFolder own =
          new PodFolder(
              folder.resolve("pods").resolve(plan.name() + "." + made),
              folder.resolve("claims"),
              plan);
      made++;
      RunningPod pod =
          new RunningPod(
              owner, create.ordinal(), create.revision(), address, plan, own, surroundings);
      pods.add(pod);
      folders.add(own);
      return pod;
    } catch (IOException e) {
      throw new UncheckedIOException("cannot make the folder of pod " + plan.name(), e);
    }
  }

  String newAddress() {
    return network.newAddress();
  }

  Network network() {
    return network;
  }

  ComposePlans plans() {
    return new ComposePlans(image);
  }

  /// The pods with this owner.
  synchronized List<RunningPod> ofOwner(String owner) {
    return pods.stream().filter(pod -> pod.owner().equals(owner)).toList();
  }

  private Optional<RunningPod> pod(String name) {
    return pods.stream().filter(pod -> pod.plan().name().equals(name)).findFirst();
  }

  private List<PodView> views(String owner) {
    Instant now = Instant.now();
    return pods.stream()
        .filter(pod -> pod.owner().equals(owner))
        .map(pod -> pod.view(now))
        .toList();
  }

  private synchronized void addProblem(String problem) {
    problems.add(problem);
  }

  /// Adds objects, or replaces those of their kinds and names.
  ///
  /// @throws IllegalArgumentException for a kind that this runner does not know
  public synchronized void put(List<? extends HasMetadata> added) {
    added.forEach(objects::put);
    for (HasMetadata object : added) {
      Optional<Workload> workload = Workload.of(object);
      if (workload.isPresent()) {
        workloads.put(workload.get().key(), workload.get());
      } else if (object instanceof Service service) {
        serve(service);
      } else if (!(object instanceof ConfigMap)
          && !(object instanceof Secret)
          && !WITHOUT_EFFECT.contains(object.getKind())) {
        throw new IllegalArgumentException("the runner does not know a " + object.getKind());
      }
    }
  }

  private void serve(Service service) {
    try {
      services.put(service);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Removes objects; pods of a workload are stopped.
  public synchronized void remove(List<? extends HasMetadata> removed) {
    Instant now = Instant.now();
    for (HasMetadata object : removed) {
      String key = ClusterObjects.key(object);
      objects.remove(key);
      if (workloads.remove(key) != null) {
        pods.stream().filter(pod -> pod.owner().equals(key)).forEach(pod -> pod.delete(now));
      }
      if (object instanceof Service service) {
        services.remove(service.getMetadata().getName());
      }
    }
  }

  /// `kubectl scale`.
  public synchronized void scale(String workload, int replicas) {
    HasMetadata object =
        switch (named(workload)) {
          case Workload.OfDeployment(Deployment deployment) ->
              new DeploymentBuilder(deployment).editSpec().withReplicas(replicas).endSpec().build();
          case Workload.OfStatefulSet(StatefulSet set) ->
              new StatefulSetBuilder(set).editSpec().withReplicas(replicas).endSpec().build();
          case Workload.OfJob _ -> throw new IllegalArgumentException("a Job has no replicas");
        };
    put(List.of(object));
  }

  private Workload named(String key) {
    return Optional.ofNullable(workloads.get(key))
        .orElseThrow(
            () -> new IllegalArgumentException("no " + key + " among " + workloads.keySet()));
  }

  /// Gives a name to something that runs outside of the cluster.
  ///
  /// @param ports those that pods connect to, and where each leads
  public synchronized void external(
      String host, Map<Integer, Supplier<List<InetSocketAddress>>> ports) throws IOException {
    outside.addAll(services.external(host, ports));
  }

  /// `kubectl rollout status`: waits until all pods of a workload are as its manifest says, and
  /// fails at once if one of them crashes again and again.
  ///
  /// @param workload such as `Deployment/bridge`
  public void awaitRolledOut(String workload, Duration max) {
    await(
        workload + " is rolled out",
        max,
        () -> {
          List<PodView> observed = views(workload);
          if (observed.stream().anyMatch(pod -> pod.restarts() >= RESTARTS_MAX)) {
            throw new AssertionError(workload + " crashes again and again\n" + status());
          }
          return named(workload).isComplete(observed);
        });
  }

  /// Waits until a Job is complete, and fails at once if it has failed.
  public void awaitComplete(String job, Duration max) {
    await(
        job + " is complete",
        max,
        () -> {
          if (named(job) instanceof Workload.OfJob ofJob && ofJob.hasFailed(views(job))) {
            throw new AssertionError(job + " has failed");
          }
          return named(job).isComplete(views(job));
        });
  }

  /// Waits until a condition holds, which is asked under the lock.
  public synchronized void await(String what, Duration max, BooleanSupplier condition) {
    Instant deadline = Instant.now().plus(max);
    while (!condition.getAsBoolean()) {
      if (Instant.now().isAfter(deadline)) {
        throw new AssertionError("not within " + max + ": " + what + "\n" + status());
      }
      try {
        wait(TICK.toMillis());
      } catch (InterruptedException _) {
        Thread.currentThread().interrupt();
        throw new AssertionError("interrupted: " + what);
      }
    }
  }

  /// The end of a pod that was run on its own.
  ///
  /// @param log everything it printed
  public record Ended(boolean hasSucceeded, String log) {}

  /// Runs a pod to its end, and removes it.
  public Ended run(Pod pod, Duration max) {
    return awaitEnd(begin(pod), max);
  }

  /// Runs a plan to its end, and removes its pod.
  Ended run(PodPlan plan, Duration max) {
    return awaitEnd(begin(plan), max);
  }

  private synchronized RunningPod begin(PodPlan plan) {
    return start("run/" + plan.name(), new Action.Create(0, ""), newAddress(), plan);
  }

  private Ended awaitEnd(RunningPod running, Duration max) {
    await("pod " + running.plan().name() + " ends", max, running::isFinished);
    synchronized (this) {
      running.delete(Instant.now());
      return new Ended(
          running.phase() == PodPhase.SUCCEEDED, running.folder().logTail(Integer.MAX_VALUE));
    }
  }

  private synchronized RunningPod begin(Pod pod) {
    PodReader.Identity identity =
        new PodReader.Identity(
            pod.getMetadata().getName(),
            namespace,
            network.newAddress(),
            labels(pod.getMetadata()),
            services.links(),
            Duration.ZERO);
    PodPlan plan = new PodReader(objects, image).read(pod.getSpec(), identity, Map.of());
    return start(ClusterObjects.key(pod), new Action.Create(0, ""), identity.address(), plan);
  }

  /// `kubectl exec`: runs a command in a container, with its variables, and returns what it
  /// printed.
  ///
  /// @throws AssertionError with that, if it fails
  public String exec(String pod, List<String> command, Duration max) throws Exception {
    RunningPod running;
    synchronized (this) {
      running = pod(pod).orElseThrow(() -> new IllegalArgumentException("there is no pod " + pod));
    }
    Path output = Files.createTempFile(folder, "exec-", ".out");
    Process process =
        surroundings
            .node()
            .process(running.plan(), running.folder(), running.address(), command)
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    boolean isEnded = process.waitFor(max.toMillis(), TimeUnit.MILLISECONDS);
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly().waitFor();
    String printed = Files.readString(output);
    if (!isEnded || process.exitValue() != 0) {
      throw new AssertionError(command + " ended with " + process.exitValue() + "\n" + printed);
    }
    return printed;
  }

  /// The names of a workload's pods, those that are being stopped included.
  public synchronized List<String> pods(String workload) {
    return views(workload).stream().map(PodView::name).toList();
  }

  /// What the controllers see of a workload's pods.
  public synchronized List<PodView> observed(String workload) {
    return views(workload);
  }

  /// SIGKILL to the container of a pod, which is then started again.
  public synchronized void kill(String pod) {
    pod(pod).orElseThrow(() -> new IllegalArgumentException("there is no pod " + pod)).kill();
  }

  /// Everything that a pod has printed so far.
  public synchronized String log(String pod) {
    return pod(pod)
        .orElseThrow(() -> new IllegalArgumentException("there is no pod " + pod))
        .folder()
        .logTail(Integer.MAX_VALUE);
  }

  /// The base of the URLs of a Service's port.
  public synchronized URI uri(String service, int port) {
    String address =
        services
            .address(service)
            .orElseThrow(() -> new IllegalArgumentException("no Service " + service));
    return URI.create("http://" + address + ":" + port);
  }

  /// The base of the URLs of a pod's port.
  ///
  /// @param port its name
  public synchronized URI podUri(String pod, String port) {
    RunningPod running =
        pod(pod).orElseThrow(() -> new IllegalArgumentException("there is no pod " + pod));
    return URI.create("http://" + running.address() + ":" + running.plan().ports().get(port));
  }

  /// What should not have happened so far.
  public synchronized List<String> problems() {
    return List.copyOf(problems);
  }

  /// Stops all pods as if their workloads were removed, and waits for their ends.
  public void stopAll(Duration max) {
    synchronized (this) {
      workloads.clear();
      Instant now = Instant.now();
      pods.forEach(pod -> pod.delete(now));
    }
    await("all pods are stopped", max, pods::isEmpty);
  }

  /// The pods there are, the problems, and the last lines of each log.
  public synchronized String status() {
    Instant now = Instant.now();
    String running =
        pods.stream()
            .map(pod -> pod.owner() + ": " + pod.view(now) + " at " + pod.address())
            .collect(Collectors.joining("\n"));
    String logs =
        folders.stream()
            .map(own -> "--- " + own.log() + "\n" + own.logTail(LOG_LINES))
            .collect(Collectors.joining("\n"));
    return "pods:\n" + running + "\nproblems: " + problems + "\n" + logs;
  }

  private synchronized void abandon() {
    isClosed = true;
    pods.forEach(RunningPod::abandon);
  }

  /// Kills what still runs.
  @Override
  public void close() {
    abandon();
    try {
      Runtime.getRuntime().removeShutdownHook(shutdownHook);
    } catch (IllegalStateException _) {
      // The hook itself is running.
    }
    synchronized (this) {
      services.close();
      outside.forEach(Forwarder::close);
    }
    background.shutdownNow();
    prober.close();
  }
}
