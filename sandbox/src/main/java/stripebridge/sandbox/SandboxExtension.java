package stripebridge.sandbox;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/// Starts a sandbox for JUnit tests and closes it after them.
///
/// On a class (`@ExtendWith`) or in a static field (`@RegisterExtension`), one sandbox serves all
/// tests of the class and of its nested classes. In an instance field, each test gets a new one.
/// Tests reach it with [#broker()] or as a parameter of type [SandboxBroker].
public final class SandboxExtension
    implements BeforeAllCallback,
        BeforeEachCallback,
        AfterEachCallback,
        AfterAllCallback,
        ParameterResolver {
  private final SandboxOptions options;
  private volatile @Nullable SandboxBroker broker;

  /// How many nested test classes share the sandbox at the moment.
  private int classes;

  /// Uses [SandboxOptions#defaults()].
  public SandboxExtension() {
    this(SandboxOptions.defaults());
  }

  /// Uses these options.
  public SandboxExtension(SandboxOptions options) {
    this.options = options;
  }

  /// The running sandbox.
  ///
  /// @throws IllegalStateException before the first test and after the last
  public SandboxBroker broker() {
    SandboxBroker running = broker;
    if (running == null) {
      throw new IllegalStateException("no sandbox is running: no test is running");
    }
    return running;
  }

  @Override
  public void beforeAll(ExtensionContext context) {
    if (classes++ == 0) {
      broker = SandboxBroker.start(options);
    }
  }

  @Override
  public void beforeEach(ExtensionContext context) {
    if (classes == 0) {
      broker = SandboxBroker.start(options);
    }
  }

  @Override
  public void afterEach(ExtensionContext context) {
    if (classes == 0) {
      stop();
    }
  }

  @Override
  public void afterAll(ExtensionContext context) {
    if (--classes == 0) {
      stop();
    }
  }

  private void stop() {
    SandboxBroker running = broker;
    broker = null;
    if (running != null) {
      running.close();
    }
  }

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    return parameter.getParameter().getType() == SandboxBroker.class;
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    return broker();
  }
}
