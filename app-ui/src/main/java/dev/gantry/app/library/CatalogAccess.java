package dev.gantry.app.library;

import dev.gantry.zoo.catalog.Catalog;
import dev.gantry.zoo.catalog.GantryHome;
import dev.gantry.zoo.catalog.Repair;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// The catalog for a program that stays open: it is opened when it is needed and let go of soon after, so that a
/// command in a terminal need not wait for the window to be closed.
///
/// Calls may come from any thread but the one that shows the window: they wait for the disk.
public final class CatalogAccess implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(5);
    /// Shorter than the patience of a command, longer than the pauses in a burst of calls.
    private static final Duration IDLE = Duration.ofMillis(1500);

    private final GantryHome home;
    private final Consumer<Repair> onRepair;
    private final ScheduledExecutorService closer = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("gantry-catalog-idle").factory());
    private @Nullable Catalog open;
    private @Nullable ScheduledFuture<?> closing;

    /// @param onRepair hears of a catalog that was damaged and rebuilt, on the thread of the call
    public CatalogAccess(GantryHome home, Consumer<Repair> onRepair) {
        this.home = home;
        this.onRepair = onRepair;
    }

    /// Runs `work` with the open catalog; one call at a time.
    public synchronized <T> T call(Function<Catalog, T> work) {
        if (closing != null) {
            closing.cancel(false);
        }
        Catalog catalog = open;
        if (catalog == null) {
            catalog = Catalog.open(home, PATIENCE);
            open = catalog;
            catalog.repair().ifPresent(onRepair);
        }
        try {
            return work.apply(catalog);
        } finally {
            closing = closer.schedule(this::release, IDLE.toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    private synchronized void release() {
        if (open != null) {
            open.close();
            open = null;
        }
    }

    @Override
    public void close() {
        closer.shutdown();
        release();
    }
}
