package stripebridge.service.inbox;

import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import stripebridge.core.testing.Seed;

/// Runs the writer of an inbox, operators and a claimer in random orders against a simple model:
/// each entry has one claimer at a time, free ones come in sequence, and none is forgotten.
class InboxClaimsSimulationTest {
  private static final int STEPS = 100;

  @Test
  void claimsEachEntryOnceAndForgetsNone() throws Exception {
    RandomGenerator random = Seed.random("InboxClaimsSimulationTest");
    for (int round = 0; round < Seed.rounds(600); round++) {
      ClaimsSimulation simulation = new ClaimsSimulation(random);
      simulation.run(STEPS);
      simulation.settleDown();
    }
  }
}
