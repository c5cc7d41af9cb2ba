package stripebridge.relay;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import stripebridge.core.testing.Seed;
import stripebridge.relay.Simulation.Life;

/// Plays thousands of random orders of events against an inbox and a broker in the heap. Each step
/// is one thing that can happen next. Once the faults end, everything must be published.
class RelayStateSimulationTest {
  private static final int STEPS = 3_000;

  @Test
  void losesNothingAndKeepsEachKeyInOrder() throws Exception {
    RandomGenerator random = Seed.random("RelayStateSimulationTest, order");
    for (int round = 0; round < Seed.rounds(15); round++) {
      Simulation simulation = new Simulation(random, Life.STEADY);
      simulation.run(STEPS);
      simulation.settleDown();
      assertThat(simulation.overtaken()).as("round %s", round).isEmpty();
    }
  }

  @Test
  void losesNothingAndKeepsEachKeyInOrderWhenItDiesAtAnyMoment() throws Exception {
    RandomGenerator random = Seed.random("RelayStateSimulationTest, crashes");
    for (int round = 0; round < Seed.rounds(15); round++) {
      Simulation simulation = new Simulation(random, Life.RESTARTING);
      simulation.run(STEPS);
      simulation.settleDown();
      assertThat(simulation.overtaken()).as("round %s", round).isEmpty();
    }
  }

  /// A held entry keeps the topic that it is held under.
  @Test
  void losesNothingAndKeepsEachKeyInOrderWhenRoutesLeadElsewhere() throws Exception {
    RandomGenerator random = Seed.random("RelayStateSimulationTest, reloads");
    for (int round = 0; round < Seed.rounds(15); round++) {
      Simulation simulation = new Simulation(random, Life.RELOADED);
      simulation.run(STEPS);
      simulation.settleDown();
      assertThat(simulation.overtaken()).as("round %s", round).isEmpty();
    }
  }

  /// Order is not kept while the routes change: an entry may be held under its former key.
  @Test
  void losesNothingWhenTheOrderOfItsRoutesChanges() throws Exception {
    RandomGenerator random = Seed.random("RelayStateSimulationTest, routes");
    for (int round = 0; round < Seed.rounds(15); round++) {
      Simulation simulation = new Simulation(random, Life.REROUTED);
      simulation.run(STEPS);
      simulation.settleDown();
    }
  }
}
