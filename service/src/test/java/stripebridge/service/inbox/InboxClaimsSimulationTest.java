package stripebridge.service.inbox;

import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import stripebridge.core.testing.Seed;

/// Plays random courses of events between the writer of an inbox, operators and who claims, against
/// an obvious model: each entry is given to one at a time, in sequence while it is free, and none
/// is forgotten.
class InboxClaimsSimulationTest {
  private static final int STEPS = 100;

  @Test
  void givesEachEntryOnceAndForgetsNone() throws Exception {
    RandomGenerator random = Seed.random("InboxClaimsSimulationTest");
    for (int round = 0; round < Seed.rounds(600); round++) {
      ClaimsSimulation simulation = new ClaimsSimulation(random);
      simulation.run(STEPS);
      simulation.settleDown();
    }
  }
}
