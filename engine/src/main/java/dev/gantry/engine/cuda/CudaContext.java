package dev.gantry.engine.cuda;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/// One card, opened by this process: its primary context, which CUDA's libraries share.
public final class CudaContext implements AutoCloseable {
    private static final int CAPABILITY_MAJOR = 75;
    private static final int CAPABILITY_MINOR = 76;
    private static final int NAME_BYTES = 256;
    /// `CUDA_ERROR_PEER_ACCESS_ALREADY_ENABLED`.
    private static final int REACHED_BEFORE = 704;

    private static final ThreadLocal<@Nullable Gathering> GATHERING = new ThreadLocal<>();

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

    /// The driver, with this card current for the calling thread. Launches that the thread has gathered are enqueued
    /// first, one by one, and it gathers no more: whatever it calls comes after them.
    CudaDriver use() {
        driver.setCurrent(handle);
        Gathering mine = GATHERING.get();
        if (mine != null && mine.stream().context() == this) {
            GATHERING.remove();
            mine.launches().launch(driver, mine.stream().handle());
        }
        return driver;
    }

    /// From now on the calling thread's launches on a stream are gathered, until it has any other use for the driver.
    void gather(CudaStream stream, LaunchList launches) {
        if (GATHERING.get() != null) {
            throw new IllegalStateException("this thread gathers launches already");
        }
        GATHERING.set(new Gathering(stream, launches));
    }

    /// Ends what {@link #gather} began.
    ///
    /// @return whether all launches were gathered, and none was enqueued
    boolean endGathering() {
        boolean all = GATHERING.get() != null;
        GATHERING.remove();
        return all;
    }

    /// Where the calling thread gathers launches on a stream; null where they are to be enqueued.
    @Nullable
    LaunchList gatheredFor(CudaStream stream) {
        Gathering mine = GATHERING.get();
        return mine != null && mine.stream() == stream ? mine.launches() : null;
    }

    private record Gathering(CudaStream stream, LaunchList launches) {}

    /// Which card, from 0.
    int ordinal() {
        return ordinal;
    }

    /// Lets this card read another's memory by their link, where they have one.
    void reach(CudaContext other) {
        if (driver.readInt("cuDeviceCanAccessPeer", device, other.device) != 0) {
            use().callUnless(REACHED_BEFORE, "cuCtxEnablePeerAccess", other.handle, 0);
        }
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
