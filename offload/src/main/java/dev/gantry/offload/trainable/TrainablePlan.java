package dev.gantry.offload.trainable;

import dev.gantry.offload.Tier;
import dev.gantry.offload.state.RecordPipeline;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/// Where each kind of value of each record lives between its uses. A choice of memory against time, never of numbers.
///
/// @param homes of each kind, by record; parameters and gradients outside the blocks are always on the device
/// @param gradientSlots blocks whose gradients are on the device at once, among those that leave it
/// @param stateBuffers records of states that are on their way from and to the disk
/// @param threads that update values off the device when nothing else computes
public record TrainablePlan(Map<Kind, List<Tier>> homes, int gradientSlots, int stateBuffers, int threads) {
    /// One being added to, one on its way.
    public static final int GRADIENT_SLOTS = 2;

    public TrainablePlan {
        Map<Kind, List<Tier>> copy = new EnumMap<>(Kind.class);
        homes.forEach((kind, tiers) -> copy.put(kind, List.copyOf(tiers)));
        homes = copy;
        if (gradientSlots < 1 || threads < 1) {
            throw new IllegalArgumentException(gradientSlots + " gradient slots, " + threads + " threads");
        }
    }

    /// Which parts of a kind's records live above the disk.
    ///
    /// @param device fraction on the device
    /// @param host fraction in host memory; the rest lives on disk
    public record Share(double device, double host) {
        public static final Share ALL_DEVICE = new Share(1, 0);
        public static final Share ALL_HOST = new Share(0, 1);
        public static final Share ALL_DISK = new Share(0, 0);

        public Share {
            if (!(device >= 0 && host >= 0 && device + host <= 1 + 1e-9)) {
                throw new IllegalArgumentException("shares of " + device + " and " + host);
            }
        }
    }

    /// Fixed parts of each kind on each tier, evenly spread over the depth.
    ///
    /// @param shares of each kind; a kind without one stays on the device
    public static TrainablePlan spread(RecordLayout layout, Map<Kind, Share> shares, int threads) {
        Map<Kind, List<Tier>> homes = new EnumMap<>(Kind.class);
        for (Kind kind : Kind.values()) {
            Share share = shares.getOrDefault(kind, Share.ALL_DEVICE);
            boolean blocksOnly = kind == Kind.PARAMETER || kind == Kind.GRADIENT;
            int count = blocksOnly ? layout.blocks() : layout.records();
            List<Tier> tiers = new ArrayList<>(spread(share, count));
            while (tiers.size() < layout.records()) {
                tiers.add(Tier.DEVICE);
            }
            homes.put(kind, tiers);
        }
        return new TrainablePlan(homes, GRADIENT_SLOTS, RecordPipeline.USUAL_BUFFERS, threads);
    }

    private static List<Tier> spread(Share share, int count) {
        int onDevice = (int) Math.round(share.device() * count);
        int onHost = Math.min(count - onDevice, (int) Math.round(share.host() * count));
        List<Tier> tiers = new ArrayList<>();
        int others = 0;
        for (int record = 0; record < count; record++) {
            if (chosen(record, onDevice, count)) {
                tiers.add(Tier.DEVICE);
            } else {
                tiers.add(chosen(others++, onHost, count - onDevice) ? Tier.HOST : Tier.DISK);
            }
        }
        return tiers;
    }

    /// Whether item `index` is among `count` that are spread over `all`.
    private static boolean chosen(int index, int count, int all) {
        return (index + 1L) * count / all > (long) index * count / all;
    }

    public List<Tier> homes(Kind kind) {
        return Objects.requireNonNull(homes.get(kind), kind::name);
    }

    public Tier home(Kind kind, int record) {
        return homes(kind).get(record);
    }

    /// Whether kernels of the device update a record: all its states are there.
    boolean isUpdatedOnDevice(int record) {
        return home(Kind.MASTER, record) == Tier.DEVICE && home(Kind.MOMENTS, record) == Tier.DEVICE;
    }
}
