// NEARER_PACK_FILE is the archive that nearer_compile_pack wrote.
    .section .rodata
    .global nearer_shipped_pack_begin
    .global nearer_shipped_pack_end
    .balign 16
nearer_shipped_pack_begin:
    .incbin NEARER_PACK_FILE
nearer_shipped_pack_end:
    .byte 0
    .section .note.GNU-stack, "", %progbits
