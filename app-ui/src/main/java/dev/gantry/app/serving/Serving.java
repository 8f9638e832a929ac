package dev.gantry.app.serving;

import dev.gantry.app.run.TrainerJvm;
import dev.gantry.app.serving.ServeEvent.Answered;
import dev.gantry.app.serving.ServeEvent.Begun;
import dev.gantry.app.serving.ServingState.Ending;
import dev.gantry.app.serving.ServingState.Off;
import dev.gantry.app.serving.ServingState.On;
import dev.gantry.app.serving.ServingState.Starting;
import dev.gantry.engine.GantryException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/// The one server that a window has: switched on and off, and what it answered last. Any thread may call.
public final class Serving implements AutoCloseable {
    private static final int KEPT = 200;
    private static final long LOOK_MILLIS = 200;

    private final TrainerJvm jvm;
    private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
    private List<Answered> answered = List.of();
    private ServingState state = new Off(null);
    private @Nullable ServerChild child;

    public Serving(TrainerJvm jvm) {
        this.jvm = jvm;
    }

    /// @param listener is run after every change, by the thread that made it
    public void addListener(Runnable listener) {
        listeners.add(listener);
    }

    public void removeListener(Runnable listener) {
        listeners.remove(listener);
    }

    public synchronized ServingState state() {
        return state;
    }

    /// The last requests, newest first.
    public synchronized List<Answered> answered() {
        return answered;
    }

    /// The process that serves, or 0.
    public synchronized long pid() {
        return child == null ? 0 : child.pid();
    }

    /// Starts the process, and returns while it loads the model. Waits for the disk.
    ///
    /// @throws GantryException when it is on already
    public void start(ServeOrder order) throws IOException {
        synchronized (this) {
            if (!state.isOff()) {
                throw GantryException.usage(
                        "SERVE-ON", "cannot serve twice", "the server is on already", "switch it off first");
            }
            answered = List.of();
            child = ServerChild.start(jvm, order, new Hearing(order));
            state = new Starting(order);
        }
        changed();
    }

    /// Waits until the model is loaded, or the process has ended without that.
    ///
    /// @param givenUp looked at several times a second
    public synchronized void awaitLoaded(BooleanSupplier givenUp) throws InterruptedException {
        while (state instanceof Starting && !givenUp.getAsBoolean()) {
            wait(LOOK_MILLIS);
        }
    }

    /// Ends the process and waits for that, some seconds at most.
    public void stop() {
        ServerChild going = ending();
        if (going != null) {
            changed();
            going.end();
        }
    }

    /// Lets the process end; waits for nothing.
    @Override
    public void close() {
        ServerChild going = ending();
        if (going != null) {
            going.ask();
        }
    }

    private synchronized @Nullable ServerChild ending() {
        switch (state) {
            case Off _ -> {
                return null;
            }
            case Starting(var order) -> state = new Ending(order);
            case On(var order, var _) -> state = new Ending(order);
            case Ending _ -> {}
        }
        return child;
    }

    private void changed() {
        listeners.forEach(Runnable::run);
    }

    private final class Hearing implements ServerChild.Listener {
        private final ServeOrder order;

        Hearing(ServeOrder order) {
            this.order = order;
        }

        @Override
        public void told(ServeEvent event) {
            synchronized (Serving.this) {
                switch (event) {
                    case Begun begun -> begun(begun);
                    case Answered one -> add(one);
                }
            }
            changed();
        }

        private void begun(Begun begun) {
            if (state instanceof Starting) {
                state = new On(order, begun);
                Serving.this.notifyAll();
            }
        }

        private void add(Answered one) {
            List<Answered> now = new ArrayList<>(KEPT);
            now.add(one);
            now.addAll(answered.subList(0, Math.min(answered.size(), KEPT - 1)));
            answered = List.copyOf(now);
        }

        @Override
        public void ended(@Nullable GantryException why) {
            synchronized (Serving.this) {
                state = new Off(why);
                child = null;
                Serving.this.notifyAll();
            }
            changed();
        }
    }
}
