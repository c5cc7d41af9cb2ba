package stripebridge.relay;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import stripebridge.core.testing.Seed;

/// Plays thousands of random orders of events against an inbox and a broker in the heap. Each step
/// is one thing that can happen next. Once the faults end, everything must be published.
class RelayStateSimulationTest {
  private static final int STEPS = 3_000;

  @Test
  void losesNothingAndKeepsEachKeyInOrder() throws Exception {
    RandomGenerator random = Seed.random("RelayStateSimulationTest, order");
    for (int round = 0; round < Seed.rounds(15); round++) {
      Simulation simulation = new Simulation(random, false);
      simulation.run(STEPS);
      simulation.settleDown();
      assertThat(simulation.overtaken()).as("round %s", round).isEmpty();
    }
  }

  @Test
  void losesNothingAndKeepsEachKeyInOrderWhenItDiesAtAnyMoment() throws Exception {
    RandomGenerator random = Seed.random("RelayStateSimulationTest, crashes");
    for (int round = 0; round < Seed.rounds(15); round++) {
      Simulation simulation = new Simulation(random, true);
      simulation.run(STEPS);
      simulation.settleDown();
      assertThat(simulation.overtaken()).as("round %s", round).isEmpty();
    }
  }
}
