package stripebridge.stripe.webhook;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodySubscriber;
import java.net.http.HttpTimeoutException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// An answer with its body, both within one time: the time of a request of Java's client is over
/// once the headers are there, and its body may then never end.
///
/// @param body cut where it is longer than wanted
// Nobody compares answers.
@SuppressWarnings("ArrayRecordComponent")
public record WholeAnswer(int status, byte[] body) {
  /// Sends a request and waits for the answer.
  ///
  /// @param limit for all of it
  /// @param bytesMax so much of the body is read, and no more
  /// @throws HttpTimeoutException when the answer is not there in time, or not all of it
  public static WholeAnswer of(HttpClient http, HttpRequest request, Duration limit, int bytesMax)
      throws IOException, InterruptedException {
    CompletableFuture<HttpResponse<byte[]>> answer =
        http.sendAsync(request, _ -> new Beginning(bytesMax));
    try {
      HttpResponse<byte[]> response = answer.get(limit.toNanos(), TimeUnit.NANOSECONDS);
      return new WholeAnswer(response.statusCode(), response.body());
    } catch (TimeoutException e) {
      HttpTimeoutException late = new HttpTimeoutException("no whole answer in time");
      late.initCause(e);
      throw late;
    } catch (ExecutionException e) {
      if (e.getCause() instanceof IOException failure) {
        throw failure;
      }
      throw new IllegalStateException(e.getCause());
    } finally {
      // Ends the connection, unless the answer is there.
      answer.cancel(true);
    }
  }

  /// Takes the beginning of a body.
  private static final class Beginning implements BodySubscriber<byte[]> {
    private static final Flow.Subscription NONE =
        new Flow.Subscription() {
          @Override
          public void request(long many) {}

          @Override
          public void cancel() {}
        };

    private final CompletableFuture<byte[]> body = new CompletableFuture<>();
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final int bytesMax;
    private Flow.Subscription subscription = NONE;

    Beginning(int bytesMax) {
      this.bytesMax = bytesMax;
    }

    @Override
    public CompletionStage<byte[]> getBody() {
      return body;
    }

    @Override
    public void onSubscribe(Flow.Subscription begun) {
      subscription = begun;
      begun.request(Long.MAX_VALUE);
    }

    @Override
    public void onNext(List<ByteBuffer> parts) {
      for (ByteBuffer part : parts) {
        byte[] taken = new byte[Math.min(part.remaining(), bytesMax - bytes.size())];
        part.get(taken);
        bytes.writeBytes(taken);
      }
      if (bytes.size() == bytesMax) {
        subscription.cancel();
        onComplete();
      }
    }

    @Override
    public void onError(Throwable failure) {
      body.completeExceptionally(failure);
    }

    @Override
    public void onComplete() {
      body.complete(bytes.toByteArray());
    }
  }
}
