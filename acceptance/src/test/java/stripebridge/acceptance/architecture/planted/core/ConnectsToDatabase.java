package stripebridge.acceptance.architecture.planted.core;

import java.sql.Connection;

record ConnectsToDatabase(Connection connection) {}
