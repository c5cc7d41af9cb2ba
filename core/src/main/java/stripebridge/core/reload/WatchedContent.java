package stripebridge.core.reload;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The content of a file that is read again and again. Other content counts once it has been read
/// twice in a row: the first time, it may have been half written.
///
/// What is read is compared, not the file's date or name: each secret store replaces files in its
/// own way, and some of them keep the date. Not thread-safe.
///
/// @param <T> a content, with `equals`
public final class WatchedContent<T> {
  private T inEffect;

  /// Read once, and not decided.
  private @Nullable T candidate;

  private @Nullable T rejected;
  private boolean isJudgedAnew;

  public WatchedContent(T inEffect) {
    this.inEffect = inEffect;
  }

  public T inEffect() {
    return inEffect;
  }

  /// The file was read.
  ///
  /// @return the content, if it must be accepted or rejected now
  public Optional<T> read(T content) {
    if (content.equals(inEffect)) {
      candidate = null;
      rejected = null;
      isJudgedAnew = false;
      return Optional.empty();
    }
    if (!isJudgedAnew && content.equals(rejected)) {
      candidate = null;
      return Optional.empty();
    }
    boolean isSettled = content.equals(candidate);
    candidate = content;
    return isSettled ? Optional.of(content) : Optional.empty();
  }

  /// The content is in effect from now on.
  public void accept(T content) {
    inEffect = content;
    candidate = null;
    rejected = null;
    isJudgedAnew = false;
  }

  /// The content in effect stays. The other one is returned again only after a change.
  public void reject(T content) {
    rejected = content;
    candidate = null;
    isJudgedAnew = false;
  }

  /// The next two readings judge the content as if it had never been read: what was wrong with it
  /// may be right now, such as a date, or another file.
  public void judgeAnew() {
    candidate = null;
    isJudgedAnew = true;
  }

  /// Whether the file has a content that was rejected.
  public boolean isRejected() {
    return rejected != null;
  }
}
