package stripebridge.relay;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import stripebridge.core.broker.BrokerException;
import stripebridge.core.broker.EventPublisher;
import stripebridge.core.broker.OutgoingMessage;
import stripebridge.core.broker.Refusal;

/// A broker in the heap that answers on its own thread. It can be made to refuse, stay silent, be
/// away and lose its producers. Thread-safe.
final class MemoryPublisher implements EventPublisher, AutoCloseable {
  private final ExecutorService client =
      Executors.newSingleThreadExecutor(Thread.ofPlatform().name("memory-client").factory());
  private final List<OutgoingMessage> taken = new ArrayList<>();
  private final List<Boolean> lasts = new ArrayList<>();
  private final Deque<Opened> opened = new ArrayDeque<>();
  private final Map<String, Function<OutgoingMessage, Optional<Refusal>>> refusing =
      new ConcurrentHashMap<>();
  private int tries;
  private int inFlightMax;
  private @Nullable BrokerException away;
  private boolean isOpenHanging;
  private boolean isSilent;
  private boolean isBlocking;
  private String unsendable = "";

  @Override
  public Producer open(ProducerListener listener) throws BrokerException, InterruptedException {
    synchronized (this) {
      tries++;
      notifyAll();
      while (isOpenHanging) {
        wait();
      }
      if (away != null) {
        throw away;
      }
      Opened producer = new Opened(listener);
      opened.add(producer);
      notifyAll();
      return producer;
    }
  }

  /// A producer and the messages it was given.
  private final class Opened implements Producer {
    private final ProducerListener listener;
    private final Set<Long> inFlight = new HashSet<>();
    private final Set<String> keysInFlight = new HashSet<>();
    private boolean isClosed;

    Opened(ProducerListener listener) {
      this.listener = listener;
    }

    @Override
    public void send(long correlation, OutgoingMessage message, boolean last)
        throws BrokerException {
      synchronized (MemoryPublisher.this) {
        while (isBlocking && !isClosed) {
          try {
            MemoryPublisher.this.wait();
          } catch (InterruptedException e) {
            throw new IllegalStateException("nobody interrupts a sender", e);
          }
        }
        if (isClosed) {
          throw new BrokerException.Unavailable("cannot send: closed", null);
        }
        if (message.eventId().text().equals(unsendable)) {
          throw new BrokerException.Invalid("cannot send: told so", null);
        }
        if (!keysInFlight.add(key(message)) || !inFlight.add(correlation)) {
          throw new IllegalStateException("two messages of " + key(message) + " in flight");
        }
        inFlightMax = Math.max(inFlightMax, inFlight.size());
        lasts.add(last);
        if (isSilent) {
          return;
        }
      }
      client.execute(() -> answer(correlation, message));
    }

    private void answer(long correlation, OutgoingMessage message) {
      synchronized (MemoryPublisher.this) {
        if (isClosed) {
          return;
        }
        inFlight.remove(correlation);
        keysInFlight.remove(key(message));
        Optional<Refusal> refusal =
            refusing.getOrDefault(message.topic(), _ -> Optional.empty()).apply(message);
        if (refusal.isPresent()) {
          listener.refused(correlation, refusal.get());
        } else {
          taken.add(message);
          listener.acknowledged(correlation);
        }
        MemoryPublisher.this.notifyAll();
      }
    }

    @Override
    public void close() {
      synchronized (MemoryPublisher.this) {
        isClosed = true;
        MemoryPublisher.this.notifyAll();
      }
    }
  }

  private static String key(OutgoingMessage message) {
    return message.topic() + " " + message.partitionKey();
  }

  // ---- Faults

  void refuse(String topic, Function<OutgoingMessage, Optional<Refusal>> how) {
    refusing.put(topic, how);
  }

  void takeAgain(String topic) {
    refusing.remove(topic);
  }

  synchronized void goAway() {
    away = new BrokerException.Unavailable("cannot connect: told so", null);
  }

  synchronized void comeBack() {
    away = null;
  }

  synchronized void hangOpening() {
    isOpenHanging = true;
  }

  /// Accepts messages and answers none.
  synchronized void beSilent(boolean silent) {
    isSilent = silent;
  }

  /// Sending blocks, as on a connection whose peer does not read.
  synchronized void block(boolean blocking) {
    isBlocking = blocking;
    notifyAll();
  }

  /// Fails to send the message of that event.
  synchronized void cannotSend(String eventId) {
    unsendable = eventId;
  }

  void lose() {
    Opened lost;
    synchronized (this) {
      lost = opened.getLast();
      lost.isClosed = true;
      notifyAll();
    }
    lost.listener.lost(new BrokerException.Unavailable("the connection is lost: told so", null));
  }

  void setConnection(boolean up) {
    Opened current;
    synchronized (this) {
      current = opened.getLast();
    }
    current.listener.connectionChanged(up);
  }

  // ---- What happened

  /// The event ids of accepted messages, in order.
  synchronized List<String> taken() {
    return taken.stream().map(message -> message.eventId().text()).toList();
  }

  synchronized List<String> taken(String topic) {
    return taken.stream()
        .filter(message -> message.topic().equals(topic))
        .map(message -> message.eventId().text())
        .toList();
  }

  synchronized List<OutgoingMessage> messages() {
    return List.copyOf(taken);
  }

  synchronized int inFlight() {
    return opened.isEmpty() ? 0 : opened.getLast().inFlight.size();
  }

  synchronized int inFlightMax() {
    return inFlightMax;
  }

  /// For each message sent, whether it was marked the last of its burst.
  synchronized List<Boolean> lasts() {
    return List.copyOf(lasts);
  }

  /// How often a producer was opened or tried.
  synchronized int tries() {
    return tries;
  }

  synchronized int producersOpened() {
    return opened.size();
  }

  synchronized boolean areAllClosed() {
    return opened.stream().allMatch(producer -> producer.isClosed);
  }

  @Override
  public void close() {
    client.shutdownNow();
  }
}
