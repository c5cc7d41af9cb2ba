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
/// On a class (`@ExtendWith`) or in a static field (`@RegisterExtension`) there is one sandbox for
/// all tests of the class; in a field of the instance there is a new one for each test. Tests reach
/// it by [#broker()] or as a parameter of type [SandboxBroker].
public final class SandboxExtension
    implements BeforeAllCallback,
        BeforeEachCallback,
        AfterEachCallback,
        AfterAllCallback,
        ParameterResolver {
  private final SandboxOptions options;
  private volatile @Nullable SandboxBroker broker;
  private boolean forClass;

  /// With [SandboxOptions#defaults()].
  public SandboxExtension() {
    this(SandboxOptions.defaults());
  }

  /// With other options.
  public SandboxExtension(SandboxOptions options) {
    this.options = options;
  }

  /// The sandbox that runs now.
  ///
  /// @throws IllegalStateException before the first test and after the last
  public SandboxBroker broker() {
    SandboxBroker running = broker;
    if (running == null) {
      throw new IllegalStateException("no sandbox runs: no test does");
    }
    return running;
  }

  @Override
  public void beforeAll(ExtensionContext context) {
    forClass = true;
    broker = SandboxBroker.start(options);
  }

  @Override
  public void beforeEach(ExtensionContext context) {
    if (!forClass) {
      broker = SandboxBroker.start(options);
    }
  }

  @Override
  public void afterEach(ExtensionContext context) {
    if (!forClass) {
      stop();
    }
  }

  @Override
  public void afterAll(ExtensionContext context) {
    stop();
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
