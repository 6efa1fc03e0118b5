// Which devices of the PCI bus are accelerators, by what they say that they are. Pure.
#ifndef TPP_PROBES_ACCELERATOR_CLASSES_H
#define TPP_PROBES_ACCELERATOR_CLASSES_H

namespace tpp {

struct PciIdentity {
  unsigned class_code = 0;  // base and sub-class, 0x0302
  unsigned vendor = 0;      // 0x10de
  unsigned device = 0;
};

bool is_display(const PciIdentity& pci);

// A display controller of any kind (servers' GPUs are 3D controllers), a processing accelerator, a
// co-processor, or an accelerator that is known to say that it is something else.
bool is_accelerator(const PciIdentity& pci);

// The same without what may as well be something else: consoles, displays of virtual machines,
// co-processors that encrypt.
bool is_surely_accelerator(const PciIdentity& pci);

}  // namespace tpp

#endif
