package dev.gantry.offload.plan;

import dev.gantry.offload.plan.TierUse.Use;
import java.util.Comparator;
import java.util.List;

/// Where the memory of several roles goes.
///
/// @param shared what is held once for all roles
/// @param roles what each role holds besides
/// @param phases what is held only while something is done; one phase follows another
public record RolesPlan(List<Use> shared, List<Role> roles, List<Phase> phases) {

    public RolesPlan {
        shared = List.copyOf(shared);
        roles = List.copyOf(roles);
        phases = List.copyOf(phases);
    }

    /// A role.
    ///
    /// @param what it is made of
    public record Role(String name, String what, List<Use> uses) {
        public Role {
            uses = List.copyOf(uses);
        }

        public long bytes() {
            return RolesPlan.sum(uses);
        }
    }

    /// Something that is done for a while.
    public record Phase(String name, List<Use> uses) {
        public Phase {
            uses = List.copyOf(uses);
        }

        public long bytes() {
            return RolesPlan.sum(uses);
        }
    }

    /// Of {@link #heldBytes()}, what kernels take of a device with memory of its own.
    public long kernelBytes() {
        return sum(shared.stream()
                .filter(use -> use.what().equals(KernelNeeds.USE))
                .toList());
    }

    /// What is held all the time.
    public long heldBytes() {
        return sum(shared) + roles.stream().mapToLong(Role::bytes).sum();
    }

    /// The phase that takes most.
    public Phase largestPhase() {
        return phases.stream().max(Comparator.comparingLong(Phase::bytes)).orElseThrow();
    }

    /// Everything together, at its peak.
    public long bytes() {
        return heldBytes() + largestPhase().bytes();
    }

    private static long sum(List<Use> uses) {
        return uses.stream().mapToLong(Use::bytes).sum();
    }
}
