package stripebridge.sandbox.internal.net;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;

/// One client's connection: bytes in, bytes out, and a way to end it at once from any thread.
public interface Transport {
  InputStream in();

  OutputStream out();

  InetAddress address();

  /// `tcp`, `tcps`, `ws` or `wss`, and the client's address.
  String description();

  boolean isTls();

  /// Sets the read timeout in milliseconds; 0 for none.
  void readTimeout(int millis) throws IOException;

  /// Closes the connection at once, even while another thread reads or writes.
  void abort();
}
