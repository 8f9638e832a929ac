package dev.gantry.offload.trainable;

import dev.gantry.offload.Tier;
import dev.gantry.offload.state.RecordPipeline;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;

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

    /// With as many slots and buffers as usual.
    public static TrainablePlan of(Map<Kind, List<Tier>> homes, int threads) {
        return new TrainablePlan(homes, GRADIENT_SLOTS, RecordPipeline.USUAL_BUFFERS, threads);
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

    /// How many records of a kind live above the disk.
    ///
    /// @param host in host memory; what is on neither lives on disk
    public record Count(int device, int host) {
        public Count {
            if (device < 0 || host < 0) {
                throw new IllegalArgumentException("counts of " + device + " and " + host);
            }
        }

        /// The nearest to a share.
        ///
        /// @param all records there are
        public static Count of(Share share, int all) {
            int onDevice = (int) Math.round(share.device() * all);
            return new Count(onDevice, Math.min(all - onDevice, (int) Math.round(share.host() * all)));
        }
    }

    /// Records of a kind that a plan may place; the others are always on the device.
    public static int placeable(RecordLayout layout, Kind kind) {
        return switch (kind) {
            case PARAMETER, GRADIENT -> layout.blocks();
            case MASTER, MOMENTS -> layout.records();
        };
    }

    /// Fixed parts of each kind on each tier, evenly spread over the depth.
    ///
    /// @param shares of each kind; a kind without one stays on the device
    public static TrainablePlan spread(RecordLayout layout, Map<Kind, Share> shares, int threads) {
        Map<Kind, Count> counts = new EnumMap<>(Kind.class);
        shares.forEach((kind, share) -> counts.put(kind, Count.of(share, placeable(layout, kind))));
        return counted(layout, counts, threads);
    }

    /// So many records of each kind on each tier, evenly spread over the depth.
    ///
    /// @param counts of each kind; a kind without one stays on the device
    public static TrainablePlan counted(RecordLayout layout, Map<Kind, Count> counts, int threads) {
        Map<Kind, List<Tier>> homes = new EnumMap<>(Kind.class);
        for (Kind kind : Kind.values()) {
            int all = placeable(layout, kind);
            List<Tier> tiers = new ArrayList<>(spread(counts.getOrDefault(kind, new Count(all, 0)), all));
            while (tiers.size() < layout.records()) {
                tiers.add(Tier.DEVICE);
            }
            homes.put(kind, tiers);
        }
        return of(homes, threads);
    }

    /// Deals counts evenly to `count` places.
    public static List<Tier> spread(Count wanted, int count) {
        List<Tier> tiers = new ArrayList<>();
        int others = 0;
        for (int record = 0; record < count; record++) {
            if (chosen(record, wanted.device(), count)) {
                tiers.add(Tier.DEVICE);
            } else {
                tiers.add(chosen(others++, wanted.host(), count - wanted.device()) ? Tier.HOST : Tier.DISK);
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

    /// Whether anything lives in files.
    public boolean usesDisk() {
        return homes.values().stream().anyMatch(tiers -> tiers.contains(Tier.DISK));
    }

    /// Whether all of a tensor's values of a kind live on disk.
    public boolean isOnDisk(RecordLayout layout, Kind kind, TrainedTensor tensor) {
        for (int record = 0; record < layout.records(); record++) {
            boolean part = layout.pieces(record).stream()
                    .anyMatch(piece -> piece.tensor().equals(tensor));
            if (part && home(kind, record) != Tier.DISK) {
                return false;
            }
        }
        return true;
    }

    /// Records of a kind on a tier.
    public int count(Kind kind, Tier tier) {
        return Collections.frequency(homes(kind), tier);
    }

    /// Blocks whose parameters do not live on the device.
    int[] passing(RecordLayout layout) {
        return IntStream.range(0, layout.blocks())
                .filter(block -> home(Kind.PARAMETER, block) != Tier.DEVICE)
                .toArray();
    }

    /// Whether kernels of the device update a record: all that an update changes is there.
    boolean isUpdatedOnDevice(int record) {
        return home(Kind.PARAMETER, record) == Tier.DEVICE
                && home(Kind.MASTER, record) == Tier.DEVICE
                && home(Kind.MOMENTS, record) == Tier.DEVICE;
    }
}
