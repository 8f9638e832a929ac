package dev.gantry.engine.cuda;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/// One card, opened by this process: its primary context, which CUDA's libraries share.
public final class CudaContext implements AutoCloseable {
    private static final int CAPABILITY_MAJOR = 75;
    private static final int CAPABILITY_MINOR = 76;
    private static final int NAME_BYTES = 256;

    private final CudaDriver driver;
    private final int ordinal;
    private final int device;
    private final MemorySegment handle;
    private final ManagedBlocks managed = new ManagedBlocks();
    private final String name;
    private final ComputeCapability capability;

    /// @param ordinal which card, from 0
    /// @throws CudaException when the driver refuses it or the card is older than {@link ComputeCapability#OLDEST}
    public CudaContext(CudaDriver driver, int ordinal) {
        this.driver = driver;
        this.ordinal = ordinal;
        device = driver.readInt("cuDeviceGet", ordinal);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment text = arena.allocate(NAME_BYTES);
            driver.call("cuDeviceGetName", text, NAME_BYTES, device);
            name = text.getString(0);
        }
        capability = new ComputeCapability(
                driver.readInt("cuDeviceGetAttribute", CAPABILITY_MAJOR, device),
                driver.readInt("cuDeviceGetAttribute", CAPABILITY_MINOR, device));
        if (!capability.isSupported()) {
            throw CudaException.unsupported(
                    "cannot compute on " + name,
                    "its compute capability is " + capability + ", and kernels are made for " + ComputeCapability.OLDEST
                            + " and later");
        }
        handle = driver.create("cuDevicePrimaryCtxRetain", device);
    }

    /// The driver, with this card current for the calling thread.
    CudaDriver use() {
        driver.setCurrent(handle);
        return driver;
    }

    /// Which card, from 0.
    int ordinal() {
        return ordinal;
    }

    /// Memory that card and host both reach.
    ManagedBlocks managed() {
        return managed;
    }

    public String name() {
        return name;
    }

    public ComputeCapability capability() {
        return capability;
    }

    /// Memory of the card that no program holds.
    public long freeBytes() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment total = arena.allocate(Long.BYTES, Long.BYTES);
            return use().readLong("cuMemGetInfo_v2", total);
        }
    }

    @Override
    public void close() {
        driver.call("cuDevicePrimaryCtxRelease_v2", device);
    }
}
