package stripebridge.acceptance.architecture.planted.core;

import java.io.IOException;
import java.net.Socket;

class OpensSocket {
  Socket open() throws IOException {
    return new Socket("localhost", 0);
  }
}
