package dev.gantry.engine.cpu.onednn;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Compiled products, least recently used ones freed first. Compiling one takes about half a millisecond.
final class PrimitiveCache implements AutoCloseable {
    private static final Logger LOG = System.getLogger(PrimitiveCache.class.getName());
    /// Some 40 MB of code and handles.
    private static final int CAPACITY = 2048;

    private final OneDnnEngine engine;
    private final Map<ProductKey, MatmulPrimitive> primitives = new LinkedHashMap<>(256, 0.75f, true);
    private final Set<ProductKey> refused = Collections.newSetFromMap(new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<ProductKey, Boolean> eldest) {
            return size() > CAPACITY;
        }
    });

    PrimitiveCache(OneDnnEngine engine) {
        this.engine = engine;
    }

    /// The product for `key`, kept alive until {@link #giveBack}; null when oneDNN has none that is fast.
    synchronized @Nullable MatmulPrimitive borrow(ProductKey key) {
        MatmulPrimitive primitive = primitives.get(key);
        if (primitive == null) {
            if (refused.contains(key)) {
                return null;
            }
            primitive = compile(key);
            if (primitive == null) {
                return null;
            }
            primitives.put(key, primitive);
            dropOldest();
        }
        primitive.users++;
        return primitive;
    }

    synchronized void giveBack(MatmulPrimitive primitive) {
        primitive.users--;
        if (primitive.users == 0 && primitive.dropped) {
            primitive.close();
        }
    }

    private @Nullable MatmulPrimitive compile(ProductKey key) {
        String reason;
        try {
            MatmulPrimitive primitive = new MatmulPrimitive(engine, key);
            if (!primitive.implementationName().startsWith("ref")) {
                return primitive;
            }
            reason = "only " + primitive.implementationName();
            primitive.close();
        } catch (OneDnnException e) {
            reason = e.getMessage();
        }
        LOG.log(Level.DEBUG, "oneDNN has no fast kernel for {0}: {1}; our own is used", key, reason);
        refused.add(key);
        return null;
    }

    private void dropOldest() {
        if (primitives.size() <= CAPACITY) {
            return;
        }
        var oldest = primitives.entrySet().iterator();
        MatmulPrimitive dropped = oldest.next().getValue();
        oldest.remove();
        dropped.dropped = true;
        if (dropped.users == 0) {
            dropped.close();
        }
    }

    /// Names of the kernels in use, for logs.
    synchronized Set<String> implementations() {
        return Set.copyOf(primitives.values().stream()
                .map(MatmulPrimitive::implementationName)
                .toList());
    }

    @Override
    public synchronized void close() {
        primitives.values().forEach(MatmulPrimitive::close);
        primitives.clear();
    }
}
